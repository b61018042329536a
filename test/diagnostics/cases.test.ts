/** Every code of the language's stages has an example that fails with it, and looks as its golden file says. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { checkCodes } from "../../src/diagnostics/codes/check.ts";
import { checkRuleCodes } from "../../src/diagnostics/codes/check-rules.ts";
import { loadCodes } from "../../src/diagnostics/codes/load.ts";
import { mergeCodes } from "../../src/diagnostics/codes/merge.ts";
import { modelCodes } from "../../src/diagnostics/codes/model.ts";
import { modelRuleCodes } from "../../src/diagnostics/codes/model-rules.ts";
import { sweepCodes } from "../../src/diagnostics/codes/sweep.ts";
import { syntaxCodes } from "../../src/diagnostics/codes/syntax.ts";
import { render } from "../../src/diagnostics/render.ts";
import { checkCase } from "./check-case.ts";

const root = "test/diagnostics";

/** The stages whose codes need examples here. */
const tables = {
  ...syntaxCodes,
  ...loadCodes,
  ...mergeCodes,
  ...checkCodes,
  ...checkRuleCodes,
  ...modelCodes,
  ...modelRuleCodes,
  ...sweepCodes,
};

/** `<stage>/<code>.rcnn`, `.yaml`, or with a variant: `<stage>/<code>.<variant>.rcnn`. */
const examples = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(join(root, name), { withFileTypes: true })
      .filter((file) => file.isFile() && !file.name.endsWith(".txt"))
      .map((file) => join(root, name, file.name)),
  );

const codeOf = (path: string): string => `${path.split("/").at(-2)}/${basename(path).split(".")[0]}`;

test.each(examples)("%s fails with its code, rendered as in the golden file", async (path) => {
  const diagnostics = await checkCase(path);
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(codeOf(path));
  const text = `${diagnostics.map((diagnostic) => render(diagnostic)).join("\n\n")}\n`;
  const golden = path.replace(/\.\w+$/, ".txt");
  if (process.env.UPDATE) writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, "utf8"));
});

test("every code has an example", () => {
  const shown = new Set(examples.map(codeOf));
  expect(Object.keys(tables).filter((code) => !shown.has(code))).toEqual([]);
});
