import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { DType } from "../../src/ir/types.ts";
import type { Attributes } from "../../src/ops/define.ts";
import { opNamed } from "../../src/ops/index.ts";
import { runOp, tensorOf } from "../../src/ops/interpret.ts";

interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
}

/** Written by test/oracles/plain_ops.py. */
const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("./torch.golden.json", import.meta.url), "utf8"),
);

test.each(cases.map((each, i) => ({ ...each, title: `${i}: ${each.op}` })))(
  "case $title is torch's",
  ({ op, inputs, attributes, outputs }) => {
    const operands = inputs.map(({ dtype, shape, data }) => tensorOf({ dtype, shape }, data, "f64"));
    const results = runOp(opNamed(op), operands, attributes, undefined, "f64");
    expect(results.map(({ type }) => type)).toEqual(outputs.map(({ dtype, shape }) => ({ dtype, shape })));
    results.forEach(({ data }, k) => {
      const expected = outputs[k]!.data;
      const worst = Math.max(
        ...expected.map((value, i) => Math.abs(data[i]! - value) / Math.max(1, Math.abs(value))),
      );
      expect(worst).toBeLessThan(1e-9);
    });
  },
);
