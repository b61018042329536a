import { expect, test } from "vitest";
import { evaluate, lazyScope } from "../../src/check/evaluate.ts";
import { showValue } from "../../src/check/values.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Expression } from "../../src/syntax/ast.ts";
import { parseExpression } from "../../src/syntax/parse.ts";

function read(text: string): Expression {
  const { value, diagnostics } = parseExpression({ name: "e", text });
  expect(diagnostics).toEqual([]);
  return value!;
}

const constants = new Map(
  Object.entries({
    depth: "50",
    half: "depth / 2",
    counts: "{ 18 = [2, 2]  50 = [3, 4, 6, 3] }",
    wide: "true",
  }).map(([name, text]) => [name, read(text)] as const),
);

function outcomeOf(text: string) {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const empty = { lookup: () => undefined, names: () => [] };
  const scope = lazyScope(constants, { scope: empty, report });
  const value = evaluate(read(text), { scope, report });
  return { value, codes: diagnostics.map(({ code }) => code) };
}

test.each([
  ["1/9 * 9", "1"],
  ["2 + 3 * 4 - 1", "13"],
  ["-(2 - 5)", "3"],
  ["50% * 2", "1"],
  ["half", "25"],
  ["counts[depth][2]", "6"],
  ["counts[18][0]", "2"],
  ["{ a = 3 }.a", "3"],
  ["8images / 4images", "2"],
  ["4 * 16images", "64images"],
  ["1images + 2images", "3images"],
  ["2 > 1 and not (1 >= 2)", "true"],
  ["wide or 1 / 0 > 2", "true"],
  ["7x7 == 7x7", "true"],
  ["1 != 2", "true"],
  ["if depth > 34 { return 4 } else { return 1 }", "4"],
  ["if not wide { return 4 } else { x = 2 return x * x * 3 }", "12"],
  ["0.02 per 16images", "0.02 per 16images"],
  ["c2..c5", "c2..c5"],
  ["size(7, 2 * 7)", "7x14"],
  ["size(width = 3, height = 1)", "1x3"],
  ["ratio(1, 2)", "1:2"],
  ["(7x14).width + (1:2).height", "15"],
  ["2 * 7x7", "14x14"],
  ["([32, 64]px)[1] * 2", "128px"],
  ["(2 * [32, 64]px)[1]", "128px"],
  ["((0.1..0.5) / 2)", "0.05..0.25"],
  ["1.44e6images / 16images * 1iterations", "90000iterations"],
  ["0.3 / 0.1", "3"],
  ["0.1 + 0.2 - 0.3", "0"],
  ["1.1 * 3", "3.3000000000000003"],
  ["1e-20 * 1", "1e-20"],
  ["1 + 1e-12", "1.000000000001"],
  ["3px == 3", "true"],
  ["1:2 == 2:4", "true"],
  ["50% == 0.5", "true"],
  ["-0 == 0", "true"],
  ["800px..1333px", "800px..1333px"],
  ["[1, 2px]px", "[1, 2px]px"],
])("%s is %s", (text, shown) => {
  const { value, codes } = outcomeOf(text);
  expect(codes).toEqual([]);
  expect(showValue(value)).toBe(shown);
});

test("the unit of a list is that of each item without one", () => {
  const { value } = outcomeOf("[1, half]px");
  expect(value.kind === "list" && value.items.map(showValue)).toEqual(["1px", "25px"]);
});

test.each([
  ["1 / (depth - 50)", "check/division-by-zero"],
  ["1 + true", "check/wrong-operand"],
  ["not 3", "check/wrong-operand"],
  ["dpth + 1", "check/unknown-name"],
  ["counts[34]", "check/no-such-element"],
  ["[1, 2][2]", "check/no-such-element"],
  ["1px + 2images", "check/mixed-units"],
  ["1px..2images", "check/mixed-units"],
  ["3px * 3px", "check/mixed-units"],
  ["3px == 3images", "check/mixed-units"],
  ["1e308 * 10", "check/overflow"],
  ["-1e308 - 1e308", "check/overflow"],
  ["1e308 / 1e-10", "check/overflow"],
  ["7x7 / 0", "check/division-by-zero"],
  ["if 3 { return 1 } else { return 2 }", "check/wrong-operand"],
])("%s is reported as %s and is open", (text, code) => {
  const { value, codes } = outcomeOf(text);
  expect(codes).toEqual([code]);
  expect(value.kind).toBe("open");
});

test("an item of a list with another unit than the list has is reported, and open alone", () => {
  const { value, codes } = outcomeOf("[1, 2images]px");
  expect(codes).toEqual(["check/mixed-units"]);
  expect(value.kind === "list" && value.items.map(({ kind }) => kind)).toEqual(["number", "open"]);
});

test("what is wrong inside is reported once", () => {
  expect(outcomeOf("1 + (2 * (3 - no))").codes).toEqual(["check/unknown-name"]);
});
