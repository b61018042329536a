/** The ablations that are shipped: every point compiles, and has published values. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planFile } from "../../src/sweep/plan.ts";

const folder = "configs/ablations";
const files = readdirSync(folder).filter((name) => name.endsWith(".rcnn"));

test.each(files)("every point of %s compiles with nothing to say", async (name) => {
  const { value, diagnostics } = await planFile(join(folder, name), { compile: true });
  expect(diagnostics).toEqual([]);
  for (const { documentation, source, points } of value!) {
    expect([documentation, source]).not.toContain(undefined);
    expect(points.filter(({ published }) => published.length === 0)).toEqual([]);
  }
});
