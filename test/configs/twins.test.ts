/** Every shipped config has a YAML twin that `rcnn convert` writes, and both are the same model. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import type { Result } from "../../src/diagnostics/diagnostic.ts";
import { parse } from "../../src/syntax/parse.ts";
import { convert, format } from "../../src/syntax/rewrite.ts";
import { outcomeOf } from "../model/model-of.ts";
import { shapeOf } from "../syntax/shape-of.ts";
import { configs, models } from "./files.ts";

const twinOf = (path: string): string => path.replace(/rcnn$/, "yaml");

const sourceOf = (path: string) => ({ name: path, text: readFileSync(path, "utf8") });

const clean = <T>({ value, diagnostics }: Result<T>): T => {
  expect(diagnostics).toEqual([]);
  return value!;
};

/** `vitest run test/configs/twins.test.ts --update` writes them. */
test.each(configs)("%s has its twin", async (path) => {
  const schema = relative(dirname(path), "grammar/rcnn.schema.json");
  const text = clean(convert(sourceOf(path), { schema }));
  await expect(text).toMatchFileSnapshot(join("../..", twinOf(path)));
});

test("no twin is left of a config that is gone", () => {
  const yaml = readdirSync("configs", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".yaml"),
  );
  expect(yaml.sort()).toEqual(configs.map((path) => relative("configs", twinOf(path))).sort());
});

test.each(configs)("the twin of %s converts back to it, and stands formatted", (path) => {
  const yaml = sourceOf(twinOf(path));
  const back = clean(convert(yaml));
  const shape = (text: string) => shapeOf(clean(parse({ name: "m.rcnn", text })));
  expect(shape(back)).toEqual(shape(readFileSync(path, "utf8")));
  expect(back).toBe(readFileSync(path, "utf8"));
  expect(clean(format(yaml))).toBe(yaml.text);
});

/** A model without its places in the text. */
const plainOf = (model: unknown): unknown =>
  JSON.parse(
    JSON.stringify(model, (key, value) =>
      ["span", "source", "start", "end"].includes(key) ? undefined : value,
    ),
  );

test.each(models)("%s and its twin are the same model, with all the files they use", async (path) => {
  const onlyYaml = async (wanted: string): Promise<string | undefined> =>
    wanted.endsWith(".yaml") && existsSync(wanted) ? readFileSync(wanted, "utf8") : undefined;
  const text = await outcomeOf(path);
  const yaml = await outcomeOf(twinOf(path), {}, undefined, onlyYaml);
  expect(yaml.diagnostics).toEqual([]);
  expect(plainOf(yaml.model)).toEqual(plainOf(text.model));
  expect(yaml.model!.name).toBe(text.model!.name);
});
