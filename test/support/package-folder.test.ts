/** The folder of the package. */
import { existsSync } from "node:fs";
import { join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { CompilerBug } from "../../src/support/invariant.ts";
import { packageFolder } from "../../src/support/package-folder.ts";

test("it holds the configs and the grammar", () => {
  const folder = packageFolder(import.meta.url);
  expect(existsSync(join(folder, "configs", "library"))).toBe(true);
  expect(existsSync(join(folder, "grammar", "rcnn.schema.json"))).toBe(true);
});

test("the search ends where no folder around is a package", () => {
  const root = parse(process.cwd()).root;
  const lost = pathToFileURL(join(root, "no-such-folder", "deeper", "file.js")).href;
  expect(() => packageFolder(lost)).toThrow(CompilerBug);
});
