/** The printer of `.rcnn`: the shipped configs stand as it prints them, and comments keep their places. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "../../src/syntax/parse.ts";
import { print } from "../../src/syntax/print.ts";
import { printYaml } from "../../src/syntax/print-yaml.ts";
import { shapeOf } from "./shape-of.ts";

const printed = (text: string): string => {
  const { value, diagnostics } = parse({ name: "m.rcnn", text });
  expect(diagnostics).toEqual([]);
  return print(value!);
};

const configs = readdirSync("configs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".rcnn"))
  .map((name) => join("configs", name));

/** `vitest run test/syntax/print.test.ts --update` formats them. */
test.each(configs)("%s stands as it is printed", async (path) => {
  await expect(printed(readFileSync(path, "utf8"))).toMatchFileSnapshot(join("../..", path));
});

test.each(["comments", "layout"])(
  "%s.rcnn is printed as its golden file, which stays as it is",
  async (name) => {
    const text = readFileSync(`test/syntax/print/${name}.rcnn`, "utf8");
    const once = printed(text);
    await expect(once).toMatchFileSnapshot(`print/${name}.printed.rcnn`);
    expect(printed(once)).toBe(once);
    const shape = (each: string) => shapeOf(parse({ name: "m.rcnn", text: each }).value);
    expect(shape(once)).toEqual(shape(text));
  },
);

test("comments.yaml is printed as its golden file, which stays as it is", async () => {
  const formatted = (text: string): string => {
    const { value, diagnostics } = parse({ name: "m.yaml", text });
    expect(diagnostics).toEqual([]);
    return printYaml(value!);
  };
  const once = formatted(readFileSync("test/syntax/print/comments.yaml", "utf8"));
  await expect(once).toMatchFileSnapshot("print/comments.printed.yaml");
  expect(formatted(once)).toBe(once);
});

test("no comment is lost or doubled", () => {
  const comments = (text: string) =>
    text
      .match(/\/\/.*/g)!
      .map((comment) => comment.trimEnd())
      .sort();
  const text = readFileSync("test/syntax/print/comments.rcnn", "utf8");
  expect(comments(printed(text))).toEqual(comments(text));
});

test.each([
  ["a = (b -> c) + (d -> e)", "a = (b -> c) + (d -> e)"],
  ["a = ((b + c)) * d - (e - f)", "a = (b + c) * d - (e - f)"],
  ["a = not (b and c) == -(d)", "a = not (b and c) == -d"],
  ["a = (not b) == c", "a = (not b) == c"],
  ["a = - (b.c[0])", "a = -b.c[0]"],
  ["a = (if b { return c } else { return d }) + e", "a = (if b { return c } else { return d }) + e"],
  ["a = (b as c) -> d", "a = (b as c) -> d"],
  ["a = (0 .. 1)..(n-1)", "a = 0..1 .. n - 1"],
  ["a = 0.5 per (16images)", "a = 0.5 per 16images"],
  ["a = ([1]px)[0]", "a = ([1]px)[0]"],
  ['a = { "if" = 1, 2 = b, "c d" = "\\"\\n" }', 'a = { "if" = 1, 2 = b, "c d" = "\\"\\n" }'],
  ["a = 1.50e+02px", "a = 1.50e+02px"],
  ["a = 07%", "a = 07%"],
])("%s is printed %s", (text, expected) => {
  expect(printed(text)).toBe(`${expected}\n`);
});
