/** Scripts whose compiled code is kept. */
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepCompiled, runScript } from "../../src/support/kept-script.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-kept-"));
  file = join(folder, "script.cjs");
  writeFileSync(
    file,
    `const { sep } = require("node:path");\nmodule.exports = { twice: (x) => 2 * x, sep };`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const check = () => {
  const { twice, sep } = runScript(file) as { twice: (x: number) => number; sep: string };
  expect([twice(21), sep.length]).toEqual([42, 1]);
};

test("a script runs with and without its compiled code", () => {
  check();
  let used = 0;
  keepCompiled(file, (exports) => {
    used = (exports as { twice: (x: number) => number }).twice(4);
  });
  expect(used).toBe(8);
  expect(readdirSync(folder)).toHaveLength(2);
  check();
});

test("a script runs once, with its compiled code too", () => {
  const [first, second] = [runScript(file), runScript(file)];
  expect(second).toBe(first);
  const other = join(folder, "other.cjs");
  writeFileSync(other, "module.exports = { given: {} };");
  keepCompiled(other, () => {});
  expect(runScript(other)).toBe(runScript(other));
});

test("compiled code that V8 does not take is no obstacle", () => {
  keepCompiled(file, () => {});
  const compiled = readdirSync(folder).find((name) => name.endsWith(".compiled"))!;
  truncateSync(join(folder, compiled), 40);
  check();
});
