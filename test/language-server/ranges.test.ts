/** Places of the compiler are counted as the editor protocol counts: lines, and UTF-16 units in a line. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { rangeOf, textDocumentOf } from "../../src/language-server/ranges.ts";

test("a range is the same with and without the lines counted before", () => {
  const text = fc
    .array(fc.constantFrom("a", "word ", "\n", "\r\n", "\r\r", "\u{1d49c}", "\u{1f600}", "\t"), {
      maxLength: 20,
    })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.nat(30), fc.nat(30), (content, one, other) => {
      const source = { name: "/a.rcnn", text: content };
      const [start, end] = [one, other].map((at) => Math.min(at, content.length)).sort((a, b) => a - b);
      // Nothing of the language begins or ends between the two halves of a line end.
      const isInside = [start, end].some((at) => content[at! - 1] === "\r" && content[at!] === "\n");
      fc.pre(!isInside);
      const span = { source, start: start!, end: end! };
      expect(rangeOf(span)).toEqual(rangeOf(span, textDocumentOf(source)));
    }),
  );
});
