import fc from "fast-check";
import { expect, test } from "vitest";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import type { Block, Expression, Setting } from "../../src/syntax/ast.ts";
import { parse, parseExpression, parseSetting } from "../../src/syntax/parse.ts";
import { shapeOf } from "./shape-of.ts";

const expression = (text: string): Expression => {
  const { value, diagnostics } = parseExpression({ name: "test", text });
  expect(diagnostics).toEqual([]);
  return value!;
};

/** An expression with a bracket around all that is made of parts. */
function bracketed(value: Expression): string {
  switch (value.kind) {
    case "name":
      return value.name;
    case "number":
      return String(value.value) + (value.unit ?? "");
    case "binary":
      return `(${bracketed(value.left)} ${value.operator} ${bracketed(value.right)})`;
    case "unary":
      return `(${value.operator} ${bracketed(value.operand)})`;
    case "range":
      return `(${bracketed(value.from)} .. ${bracketed(value.to)})`;
    case "rate":
      return `(${bracketed(value.value)} per ${bracketed(value.per)})`;
    case "pipeline":
      return `(${value.stages.map((stage) => bracketed(stage.value) + (stage.as ? ` as ${stage.as.text}` : "")).join(" -> ")})`;
    case "index":
      return `${bracketed(value.target)}[${bracketed(value.index)}]`;
    case "member":
      return `${bracketed(value.target)}.${value.member.text}`;
    default:
      return value.kind;
  }
}

test.each([
  ["a -> b or c and not d", "(a -> (b or (c and (not d))))"],
  ["not a == b and c", "((not (a == b)) and c)"],
  ["a + b * c - d / e", "((a + (b * c)) - (d / e))"],
  ["a - b - c", "((a - b) - c)"],
  ["-a * b", "((- a) * b)"],
  ["a * -b", "(a * (- b))"],
  ["not not a", "(not (not a))"],
  ["a < b + 1", "(a < (b + 1))"],
  ["0..n - 1", "(0 .. (n - 1))"],
  ["0.01 * 2 per 4images", "((0.01 * 2) per 4images)"],
  ["deep + shortcut -> relu as out", "((deep + shortcut) -> relu as out)"],
  ["(a -> b) + (c -> d)", "((a -> b) + (c -> d))"],
  ["a.b[0].c + d", "(a.b[0].c + d)"],
])("%s reads as %s", (text, meaning) => {
  expect(bracketed(expression(text))).toBe(meaning);
});

test.each([
  ["1e-4", { kind: "number", value: 1e-4 }],
  ["1.44e6images", { kind: "number", value: 1.44e6, unit: "images" }],
  ["600px", { kind: "number", value: 600, unit: "px" }],
  ["50%", { kind: "percentage", value: 0.5 }],
  ["7x3", { kind: "size", height: 7, width: 3 }],
  ["1:2", { kind: "ratio", height: 1, width: 2 }],
  ["none", { kind: "none" }],
  ["true", { kind: "boolean", value: true }],
  ['"a \\"b\\"\\n\\\\"', { kind: "text", value: 'a "b"\n\\' }],
  ["[1, 2]px", { kind: "list", unit: "px", items: [1, 2].map((value) => ({ kind: "number", value })) }],
  ["0.1..0.5", { kind: "range", from: { kind: "number", value: 0.1 }, to: { kind: "number", value: 0.5 } }],
  ["x3", { kind: "name", name: "x3" }],
])("%s is one value", (text, value) => {
  expect(shapeOf(expression(text))).toEqual(value);
});

test("line ends mean nothing", () => {
  const text = 'model m extends n { a = b + c d { e = [1]px f = g(1) } remove h i = "j" }';
  const broken = text.replaceAll(" ", "\n");
  const read = (each: string) => parse({ name: "m.rcnn", text: each });
  expect(read(text).diagnostics).toEqual([]);
  expect(shapeOf(read(broken).value)).toEqual(shapeOf(read(text).value));
});

test("a unit belongs to the list that it touches, and a word behind a space does not", () => {
  const { value, diagnostics } = parse({ name: "m.rcnn", text: "model m { sizes = [1, 2] px = 3 }" });
  expect(diagnostics).toEqual([]);
  const [model] = value!.declarations as [Block];
  expect(model.entries.map((entry) => (entry as Setting).path[0]!.text)).toEqual(["sizes", "px"]);
});

test("documentation is that of the declaration that it stands before", () => {
  const text = "/// One\n///  two\nmodel m {\n  /// Three\n  rpn {}\n  // no\n  detect {}\n}";
  const [model] = parse({ name: "m.rcnn", text }).value!.declarations as [Block];
  const [rpn, detect] = model.entries as readonly [Block, Block];
  expect(model.documentation).toBe("One\n two");
  expect(rpn.documentation).toBe("Three");
  expect(detect.documentation).toBeUndefined();
});

test("every part knows its place", () => {
  const text = "model m { regions { pool = roiAlign(7x7, sampling = 1 + 1) -> relu as r } }";
  const [model] = parse({ name: "m.rcnn", text }).value!.declarations as [Block];
  const pool = (model.entries[0] as Block).entries[0] as Setting;
  const textOf = ({ span }: { span: { start: number; end: number } }) => text.slice(span.start, span.end);
  expect(textOf(model)).toBe(text);
  expect(textOf(pool)).toBe("pool = roiAlign(7x7, sampling = 1 + 1) -> relu as r");
  const pipeline = pool.value as Extract<Expression, { kind: "pipeline" }>;
  expect(textOf(pipeline.stages[1]!)).toBe("relu as r");
  const call = pipeline.stages[0]!.value as Extract<Expression, { kind: "call" }>;
  expect(textOf(call.arguments[1]!)).toBe("sampling = 1 + 1");
  expect(textOf(call.arguments[1]!.value)).toBe("1 + 1");
});

test("what is sound in a broken text is kept", () => {
  const text = "model m {\n  a = 1\n  b = = 2\n  c = 3\n}\nmodel n { d = 4 }";
  const { value, diagnostics } = parse({ name: "m.rcnn", text });
  expect(hasErrors(diagnostics)).toBe(true);
  const names = (value!.declarations as readonly Block[]).flatMap((model) =>
    model.entries.map((entry) => (entry as Setting).path[0]!.text),
  );
  expect(names).toEqual(expect.arrayContaining(["a", "c", "d"]));
});

test("a setting is a path and a value", () => {
  const { value, diagnostics } = parseSetting({ name: "--set[0]", text: "regions.pool=roiAlign(7x7)" });
  expect(diagnostics).toEqual([]);
  expect(value!.path.map((part) => part.text)).toEqual(["regions", "pool"]);
  expect(value!.value.kind).toBe("call");
});

test.each(["", "a", "a=", "a=1 b", "=1", "a b=1"])("`%s` is no setting", (text) => {
  const { value, diagnostics } = parseSetting({ name: "--set[0]", text });
  expect(value).toBeUndefined();
  expect(hasErrors(diagnostics)).toBe(true);
});

const word = fc.constantFrom(
  ..."model m network b block use if else repeat return as on extends replace append remove per not or true none".split(
    " ",
  ),
  ...'{ } ( ) [ ] = == -> . .. , : | + - * / 1 7x7 1:2 50% 16images 3pz " "t" \\ // /// § \n'.split(" "),
);

test.each(["m.rcnn", "m.yaml"])(
  "no text makes the parser of %s fail, and every place is in the text",
  (name) => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.constantFrom("", " "), (words, space) => {
        const text = words.join(space);
        for (const { span } of parse({ name, text }).diagnostics) {
          expect(span!.start).toBeGreaterThanOrEqual(0);
          expect(span!.end).toBeGreaterThanOrEqual(span!.start);
          expect(span!.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 300 },
    );
  },
);

test.each([
  ["brackets", "(".repeat(50_000)],
  ["signs", "-".repeat(50_000)],
  ["operators", `1${" + 1".repeat(50_000)}`],
  ["members", `a${".b".repeat(50_000)}`],
  ["conditions", `${"if a { return b } else ".repeat(5_000)}{ return c }`],
])("a text of endless %s is refused, not suffered", (_, text) => {
  const { diagnostics } = parseExpression({ name: "test", text });
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain("syntax/too-deep");
});
