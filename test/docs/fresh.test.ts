/** The generated pages of `docs/` are what the code says; `npm run docs` writes them anew. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "@oclif/core";
import { expect, test } from "vitest";
import { commands } from "../../src/commands/index.ts";
import { allCodes } from "../../src/diagnostics/codes/index.ts";
import { commandsPage } from "./commands-page.ts";
import { diagnosticsPage } from "./diagnostics-page.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const tables = readdirSync(join(root, "src", "diagnostics", "codes")).filter((name) => name !== "index.ts");

test("docs/commands.md is fresh", async () => {
  // The classes' own types narrow their flags; the page reads what all have.
  const classes = commands as unknown as Record<string, Command.Class>;
  await expect(`${commandsPage(classes)}\n`).toMatchFileSnapshot(join(root, "docs", "commands.md"));
});

test("docs/diagnostics.md is fresh", async () => {
  await expect(`${diagnosticsPage(allCodes)}\n`).toMatchFileSnapshot(join(root, "docs", "diagnostics.md"));
});

test.each(tables)("every code of codes/%s is in the list of all, under its own stage", async (name) => {
  const table: Record<string, object> = await import(`../../src/diagnostics/codes/${name}`);
  const codes = Object.values(table).flatMap((each) => Object.keys(each));
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter((code) => !(code in allCodes))).toEqual([]);
});

test("codes are `stage/kebab-case` and are explained in whole sentences", () => {
  for (const [code, { explain }] of Object.entries(allCodes)) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(explain, code).toMatch(/^[A-Z`-].*\.$/s);
  }
});
