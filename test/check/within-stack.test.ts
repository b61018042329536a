/** Chains of names that would be deeper than the stack: read where they are rows, else one message. */
import { expect, test } from "vitest";
import { withinStack } from "../../src/check/within-stack.ts";
import { resolveBundle } from "../../src/language.ts";
import { load } from "../../src/load/load.ts";

const count = 4000;
const times = (line: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const block = (body: string): string => `block tail {\n${body}\n}`;

/** The trunk `-> tail` behind each of these leads through `count` names, one behind the other. */
const long = {
  "constants, the last of which is first": `${times((i) => `c${count - i} = c${count - i - 1} + 0`)}\nc0 = 1\nblock tail { return input -> dense(c${count}) }`,
  "bindings of feature maps": block(
    `x0 = input\n${times((i) => `x${i + 1} = x${i} -> relu`)}\nreturn x${count}`,
  ),
  "bindings of numbers": block(
    `x0 = 8\n${times((i) => `x${i + 1} = x${i} + 0`)}\nreturn input -> dense(x${count})`,
  ),
};

/** And here through names that are known only inside of bodies. */
const deep = {
  "constants in branches": `c0 = 1\n${times((i) => `c${i + 1} = if true { return c${i} } else { return 0 }`)}\nblock tail { return input -> dense(c${count}) }`,
  blocks: `block b0 { return input -> relu }\n${times((i) => `block b${i + 1} { return input -> b${i} }`)}\nblock tail { return input -> b${count} }`,
};

const codesOf = async (declarations: string): Promise<readonly string[]> => {
  const text = `use "faster-rcnn-nuclei"\n${declarations}\nmodel m extends faster_rcnn_nuclei { regions { trunk = flatten -> tail } }\n`;
  const files: Readonly<Record<string, string>> = { "m.rcnn": text };
  const { readFile } = await import("node:fs/promises");
  const host = { read: async (path: string) => files[path] ?? readFile(path, "utf8").catch(() => undefined) };
  const { value: bundle, diagnostics } = await load("m.rcnn", host, { libraryRoots: ["configs"] });
  const found = [...diagnostics, ...(bundle ? resolveBundle(bundle, {}).diagnostics : [])];
  return found.filter(({ severity }) => severity === "error").map(({ code }) => code);
};

test.each(Object.entries(long))("a row of thousands is read: %s", async (_, declarations) => {
  expect(await codesOf(declarations)).toEqual([]);
});

test.each(Object.entries(deep))("%s lead too deep", async (_, declarations) => {
  expect(await codesOf(declarations)).toEqual(["check/too-deep"]);
});

test("another error passes through", () => {
  const span = { source: { name: "any", text: "" }, start: 0, end: 0 };
  const failing = (error: Error) => () =>
    withinStack(span, () => {
      throw error;
    });
  expect(failing(new RangeError("Invalid array length"))).toThrow("Invalid array length");
  expect(failing(new TypeError("Maximum call stack"))).toThrow(TypeError);
});
