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

test("lines and columns begin at 1, and a line break is the last of its line", async () => {
  const at = inText("ab\n\ncd");
  const places = await diagnosticsJson([at(0, 2), at(2, 3), at(3, 4), at(5, 6)]);
  expect(places).toMatchObject([
    { place: { line: 1, column: 1, end: { line: 1, column: 3 } } },
    { place: { line: 1, column: 3, end: { line: 2, column: 1 } } },
    { place: { line: 2, column: 1, end: { line: 3, column: 1 } } },
    { place: { line: 3, column: 2, end: { line: 3, column: 3 } } },
  ]);
});

test("a place counts the line breaks before it, for any text and offset", async () => {
  const text = fc
    .array(fc.constantFrom("a", "\n", "é", "\r"), { maxLength: 30 })
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.nat(30), async (any, offset) => {
      const start = Math.min(offset, any.length);
      const before = any.slice(0, start).split("\n");
      const place = { line: before.length, column: before.at(-1)!.length + 1 };
      expect(await diagnosticsJson([inText(any)(start, any.length)])).toMatchObject([{ place }]);
    }),
  );
});

test("ten thousand diagnostics of one text take less than a second", async () => {
  const at = inText("// \n".repeat(100_000));
  const many = Array.from({ length: 10_000 }, (_, index) => at(index * 20, index * 20 + 1));
  const started = performance.now();
  expect(await diagnosticsJson(many)).toHaveLength(10_000);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("each says where it stands in the YAML form, and whether the schema finds it too", async () => {
  const source = { name: "m.yaml", text: "model:\n  m: { rpn: { nms: 7 } }\n" };
  const of = (code: string, start: number): Diagnostic => ({
    ...{ code, severity: "error", message: "any" },
    span: { source, start, end: start + 1 },
  });
  const all = [of("check/wrong-value", source.text.indexOf("7")), of("check/unfit-value", 0)];
  expect(await diagnosticsJson(all)).toMatchObject([
    { structural: true, path: "/model/m/rpn/nms" },
    { structural: false, path: "/model" },
  ]);
});
