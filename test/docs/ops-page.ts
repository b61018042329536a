/** `docs/ops.md`: every op of the IR, what holds of it, and what each target makes of it. */
import { createBuilder } from "../../src/ops/builder.ts";
import type { OpDef, Sample, TensorflowRef, TensorflowWriter } from "../../src/ops/define.ts";
import { code, markdownTable } from "./plain-text.ts";

export function opsPage(ops: Readonly<Record<string, OpDef>>): string {
  return [
    "# Ops",
    "Written by `npm run docs` from `src/ops`. The reference in plain loops defines each op; laws over all of them hold the gradient to finite differences and every back end to the reference. Images are `[N, H, W, C]`.",
    ...Object.values(ops).map(opText),
  ].join("\n\n");
}

function opText(op: OpDef): string {
  const inputs = op.inputs.map(({ name, gradient, reason }) => [
    code(name),
    { differentiable: "yes", stop: `zero: ${reason ?? "by definition"}`, none: "none" }[gradient],
  ]);
  const attributes = Object.entries(op.attributes).map(([name, text]) => [code(name), text]);
  const constraints = Object.entries(op.constraints).map(([label, text]) => `- ${label}: ${text}`);
  return [
    `## ${op.name}`,
    op.summary,
    ...(inputs.length ? [markdownTable(["input", "gradient"], inputs)] : []),
    ...(attributes.length ? [markdownTable(["attribute", "what it is"], attributes)] : []),
    ...(constraints.length ? [`Must hold:\n\n${constraints.join("\n")}`] : []),
    `TensorFlow: ${tensorflowOps(op).map(code).join(", ") || "its input, unchanged"}. TensorFlow.js: ${op.tfjs === "reference" ? "a kernel of our own" : code(op.tfjs.kernel)}.`,
  ].join("\n\n");
}

/** The nodes that the mapping writes for the op's samples, constants aside. */
function tensorflowOps(op: OpDef): readonly string[] {
  const names = new Set<string>();
  for (const sample of op.samples) writeSample(op, sample, names);
  return [...names].sort();
}

function writeSample(op: OpDef, sample: Sample, names: Set<string>): void {
  const builder = createBuilder(op.name);
  const inputs = sample.inputs.map(({ dtype, shape }, index) =>
    builder.input(`input${index}`, { dtype, shape }, ""),
  );
  const outputs = builder.apply(op.name, inputs, sample.attributes);
  const writer: TensorflowWriter = {
    node: (name, _inputs, _attributes, count = 1) => {
      names.add(name);
      return Array.from({ length: count }, (_, index) => `${name}:${index}` as TensorflowRef);
    },
    constant: () => {
      if (op.name === "constant") names.add("Const");
      return "constant" as TensorflowRef;
    },
    attach: () => {},
    attached: () => undefined,
  };
  const references = inputs.map((_, index) => `input${index}` as TensorflowRef);
  op.tensorflow(writer, references, { inputs, outputs, attributes: sample.attributes });
}
