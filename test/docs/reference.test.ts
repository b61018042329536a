/** The reference pages are what the catalogue, the ops and the grammar say; `npm run docs` writes them anew. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Catalog } from "../../src/check/catalog.ts";
import type { Kind } from "../../src/check/kinds.ts";
import { catalog } from "../../src/components/catalog.ts";
import { profiles } from "../../src/components/profiles.ts";
import type { OpDef } from "../../src/ops/define.ts";
import { ops } from "../../src/ops/index.ts";
import { ablationPage } from "./ablation-page.ts";
import { componentsPage } from "./components-page.ts";
import { grammarPage } from "./grammar-page.ts";
import { opsPage } from "./ops-page.ts";
import { plainText } from "./plain-text.ts";
import { profilesPage } from "./profiles-page.ts";
import { sectionsPage } from "./sections-page.ts";

const docs = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs");
const all: Catalog = catalog;
const ebnf = readFileSync(join(docs, "..", "grammar", "rcnn.ebnf"), "utf8");

test.each([
  ["reference/model.md", () => sectionsPage(all.model)],
  ["reference/components.md", () => componentsPage(all)],
  ["reference/ablation.md", ablationPage],
  ["reference/profiles.md", () => profilesPage(profiles)],
  ["reference/grammar.md", () => grammarPage(ebnf)],
  ["ops.md", () => opsPage(ops as unknown as Readonly<Record<string, OpDef>>)],
])("docs/%s is fresh", async (name, page) => {
  await expect(`${page()}\n`).toMatchFileSnapshot(join(docs, name));
});

test("values are shown as the language writes them", () => {
  expect(plainText([7, 7], { kind: "size", minimum: 1 })).toBe("7x7");
  const pixels = { kind: "integer", unit: "px" } as const;
  const sides: Kind = {
    kind: "either",
    options: [pixels, { kind: "list", item: pixels }, { kind: "range" }],
  };
  expect(plainText([640, 672, 704], sides)).toBe("[640, 672, 704]px");
  expect(plainText(1 / 9, { kind: "number" })).toBe("1/9");
  expect(plainText(512, { kind: "integer", unit: "px" })).toBe("512px");
  expect(plainText([0.1, 0.5], { kind: "range" })).toBe("0.1..0.5");
  expect(plainText({ value: 0.02, images: 16 }, { kind: "rate" })).toBe("0.02 per 16images");
  expect(
    plainText({ kind: "steps", at: [2 / 3], factor: 0.1 }, { kind: "component", role: "schedule" }),
  ).toBe("steps(at = [2/3], factor = 0.1)");
  const fields = { train: { kind: "integer" }, test: { kind: "integer" } } as const;
  expect(plainText({ train: 2, test: 1 }, { kind: "record", fields })).toBe("{ train = 2, test = 1 }");
});
