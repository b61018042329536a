/** Places of diagnostics as lines and columns. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnosticsJson } from "../../src/commands/diagnostic-json.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";

const inText = (text: string) => {
  const source = { name: "file.rcnn", text };
  return (start: number, end: number): Diagnostic => ({
    code: "check/any",
    severity: "error",
    message: "any",
    span: { source, start, end },
  });
};

test("lines and columns begin at 1, and a line break is the last of its line", () => {
  const at = inText("ab\n\ncd");
  const places = diagnosticsJson([at(0, 2), at(2, 3), at(3, 4), at(5, 6)]);
  expect(places).toMatchObject([
    { place: { line: 1, column: 1, end: { line: 1, column: 3 } } },
    { place: { line: 1, column: 3, end: { line: 2, column: 1 } } },
    { place: { line: 2, column: 1, end: { line: 3, column: 1 } } },
    { place: { line: 3, column: 2, end: { line: 3, column: 3 } } },
  ]);
});

test("a place counts the line breaks before it, for any text and offset", () => {
  const text = fc
    .array(fc.constantFrom("a", "\n", "é", "\r"), { maxLength: 30 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.nat(30), (any, offset) => {
      const start = Math.min(offset, any.length);
      const before = any.slice(0, start).split("\n");
      const place = { line: before.length, column: before.at(-1)!.length + 1 };
      expect(diagnosticsJson([inText(any)(start, any.length)])).toMatchObject([{ place }]);
    }),
  );
});

test("ten thousand diagnostics of one text take less than a second", () => {
  const at = inText("// \n".repeat(100_000));
  const many = Array.from({ length: 10_000 }, (_, index) => at(index * 20, index * 20 + 1));
  const started = performance.now();
  expect(diagnosticsJson(many)).toHaveLength(10_000);
  expect(performance.now() - started).toBeLessThan(1000);
});
