/** A text is judged also without the edits that come behind its own values. */
import { expect, test } from "vitest";
import { checkBundle, loadFile } from "../../src/language.ts";

async function codesOf(text: string): Promise<readonly string[]> {
  const { value } = await loadFile("configs/m.yaml", { read: readOf(text) });
  const errors = checkBundle(value!, {}).diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ code, span }) => `${code} ${span!.start}`);
}

const readOf = (text: string) => async (path: string) => {
  const { readFile } = await import("node:fs/promises");
  return path === "configs/m.yaml" ? text : readFile(path, "utf8").catch(() => undefined);
};

const model = (text: string): string =>
  `use: [mask-rcnn-nuclei]\nmodel: { m: { extends: mask_rcnn_nuclei, ${text} } }\n`;

test.each([
  ["replaced", "classes: -1, replace: { classes: 1 }", "check/wrong-value", "-1"],
  ["set again by its path", "regions: { pool: 3 }, regions.pool: roiAlign(7x7)", "check/wrong-value", "3 }"],
  ["taken away", "rpn: { zz: 3 }, remove: [rpn.zz]", "check/unknown-key", "zz"],
])("what is wrong is wrong though it is %s", async (_, text, code, at) => {
  const whole = model(text);
  expect(await codesOf(whole)).toContain(`${code} ${whole.indexOf(at)}`);
});

test("what is right stays so, whatever its edits are", async () => {
  expect(await codesOf(model("rpn: { propose: { nms: 60% } }, replace: { rpn.propose.nms: 70% }"))).toEqual(
    [],
  );
});
