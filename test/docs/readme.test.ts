/** The README shows configs as they are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const shown = [...readme.matchAll(/<!-- config:(\S+) -->\n```\n(.*?)\n```\n<!-- \/config -->/gs)];

test("the README shows a config whole", () => {
  expect(shown.length).toBeGreaterThan(0);
  expect(readme).not.toMatch(/<!-- config:\S+ -->\n<!-- \/config -->/);
});

test.each(shown.map(([, path, text]) => [path!, text!]))("%s in the README is the file", (path, text) => {
  expect(`${text}\n`).toBe(readFileSync(join(root, path), "utf8"));
});
