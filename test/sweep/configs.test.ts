/** The ablations that are shipped: every point compiles, and has published values. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { planFile } from "../../src/sweep/plan.ts";

const folder = "configs/ablations";
const files = readdirSync(folder).filter((name) => name.endsWith(".rcnn"));

test.each(files)(
  "every point of %s compiles with nothing to say",
  async (name) => {
    const { value, diagnostics } = await planFile(join(folder, name), { compile: true });
    expect(diagnostics).toEqual([]);
    for (const { documentation, source, points } of value!) {
      expect([documentation, source]).not.toContain(undefined);
      expect(points.filter(({ published }) => published.length === 0)).toEqual([]);
    }
  },
  180_000,
);

test("the tables of both papers are there, point by point", async () => {
  const points = await Promise.all(
    files
      .filter((name) => /-table-/.test(name))
      .map(async (name) => [
        name,
        (await planFile(join(folder, name))).value!.flatMap((each) => each.points),
      ]),
  );
  const counts = Object.fromEntries(points.map(([name, all]) => [name, all!.length]));
  expect(counts).toEqual({
    "faster-rcnn-table-8.rcnn": 6,
    "faster-rcnn-table-9.rcnn": 4,
    "mask-rcnn-table-2a.rcnn": 5,
    "mask-rcnn-table-2b.rcnn": 3,
    "mask-rcnn-table-2c.rcnn": 5,
    "mask-rcnn-table-2d.rcnn": 2,
    "mask-rcnn-table-2e.rcnn": 3,
  });
});

test("the schema accepts their YAML form, and refuses what an ablation does not have", () => {
  const schema = JSON.parse(readFileSync("grammar/rcnn.schema.json", "utf8"));
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  const twins = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  expect(twins).toHaveLength(files.length);
  for (const name of twins) {
    const text = readFileSync(join(folder, name), "utf8");
    validate(parse(text));
    expect(validate.errors, name).toBe(null);
    expect(validate(parse(text.replace("seeds:", "seed:"))), name).toBe(false);
    expect(validate(parse(text.replace("base:", "bases:"))), name).toBe(false);
  }
});
