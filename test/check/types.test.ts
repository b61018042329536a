/** Types of parameters: what each takes, and what it says of anything else. */
import { expect, test } from "vitest";
import { extension, outcomeOf } from "../model/model-of.ts";

const messagesOf = async (type: string, value: string): Promise<readonly string[]> => {
  const block = `block judge(p: ${type}) { return input -> relu }`;
  const text = extension(`replace regions.trunk.relu = judge(${value}) -> relu`, block);
  const { diagnostics } = await outcomeOf("m.rcnn", {}, text);
  // Besides, nothing reads `p`.
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
};

test.each([
  ["integer", "3", "1.5"],
  ["number", "1.5", "1.5px"],
  ["percentage", "50%", "150%"],
  ["flag", "true", "1"],
  ["text", '"a"', "1"],
  ["size", "size(3, 5)", "3:5"],
  ["ratio", "1:2", "3x5"],
  ["range", "0.1..0.5", "0.5..0.1"],
  ["list", "[1, 3x3, true]", "1"],
  ["list(integer)", "[1, 2]", "[1, 2.5]"],
  ["px", "2 * 8px", "8images"],
  ["iterations", "500iterations", "500px"],
  ["0..5", "5", "6"],
  ["0..5", "0", "2.5"],
  ["-1..1", "-1", "-2"],
  ["0%..50%", "12.5%", "51%"],
  ["1px..64px", "64px", "65px"],
  ["50 | 101", "101", "50.5"],
  ["same | valid", "valid", "vlaid"],
  ["integer | none", "none", "1.5"],
  ["fast | 1..9", "fast", "10"],
  ["layer", "conv(3x3, 8)", "3"],
  ["initializer", "normal(0.01)", "relu"],
  ["roiOp", "roiPool(7x7)", "relu"],
])("a parameter of type %s takes %s and refuses %s", async (type, right, wrong) => {
  expect(await messagesOf(type, right)).toEqual([]);
  expect(await messagesOf(type, wrong)).not.toEqual([]);
});

test.each(["5..1", "1px..3images", "1..3px | none"])(
  "a type %s, which nothing could have, is an error",
  async (type) => {
    const wrong = await messagesOf(type, "2");
    expect(wrong[0]).toContain("expected one from a lower to a higher number, both of one unit");
  },
);

const judged = async (parameters: string, given: string) => {
  const block = `block judge(${parameters}) { return input -> conv(1x1, half, bias = false) -> relu }`;
  const text = extension(`replace regions.trunk.relu = judge(${given}) -> relu`, block);
  return outcomeOf("m.rcnn", {}, text);
};

test("a default follows from the parameters before it, as they are at the call", async () => {
  const wrong = await judged("width: integer, half: integer = width / 2", "7");
  expect(wrong.diagnostics.map(({ code }) => code)).toContain("check/mismatch");
  const places = wrong.diagnostics[0]!.related!.map(({ message }) => message);
  expect(places).toEqual(["`half` is declared here", "it is called here"]);
  const later = await judged("half: integer = width / 2, width: integer = 4", "");
  expect(later.diagnostics[0]!.code).toBe("check/unknown-name");
});

test("a word of a type is no use of the block of that name", async () => {
  const { diagnostics } = await judged("half: integer, way: judge | other = other", "2");
  expect(diagnostics.map(({ code }) => code)).not.toContain("check/recursion");
});

test("a wrong argument shows the parameter and, where a name holds it, the name's value", async () => {
  const declarations = "size = 4px block judge(p: integer) { return input -> relu }";
  const text = extension("regions { trunk = flatten -> judge(size) }", declarations);
  const { diagnostics } = await outcomeOf("m.rcnn", {}, text);
  const wrong = diagnostics.find(({ code }) => code === "check/mismatch");
  expect(wrong).toBeDefined();
  expect(wrong!.related?.map(({ message, span }) => [message, text.slice(span.start, span.end)])).toEqual([
    ["`4px` comes from here", "4px"],
    ["`p` is declared here", "p: integer"],
  ]);
});
