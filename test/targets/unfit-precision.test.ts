import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileFile } from "../../src/compile.ts";
import { render } from "../../src/diagnostics/render.ts";
import { unfitPrecision } from "../../src/targets/unfit-precision.ts";

const config = fileURLToPath(new URL("../../configs/mask-rcnn-nuclei.rcnn", import.meta.url));

test("TensorFlow.js is not given a graph that rounds to bfloat16, and the message says what to choose", async () => {
  const { value, diagnostics } = await compileFile(config, {
    target: "kernel-plan",
    precision: "bfloat16",
    batch: 1,
  });
  expect(value).toBeUndefined();
  expect(diagnostics.map((diagnostic) => render(diagnostic))).toMatchInlineSnapshot(`
    [
      "error: \`--precision bfloat16\` needs TensorFlow's own library, and this is \`kernel-plan\`, which TensorFlow.js runs. Choose \`--backend native\` (to compile: \`--target saved-model\`), or leave \`--precision\` out. [compile/precision-unfit]",
    ]
  `);
});

test("every other pair of target and precision is compiled", () => {
  expect(unfitPrecision("kernel-plan", undefined)).toBeUndefined();
  expect(unfitPrecision("kernel-plan", "float32")).toBeUndefined();
  for (const target of ["saved-model", "reference"] as const)
    expect(unfitPrecision(target, "bfloat16")).toBeUndefined();
});
