import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpDef } from "../../src/ops/define.ts";
import { ops } from "../../src/ops/index.ts";
import { openKernelPlan } from "../../src/runtime/kernel-plan/session.ts";
import type { Session } from "../../src/runtime/session.ts";
import { emitKernelPlan } from "../../src/targets/kernel-plan/emit.ts";
import { printKernelPlan, readKernelPlan } from "../../src/targets/kernel-plan/text.ts";
import { relativeDifference, sampleFeeds, sampleName, sampleProgram, sampleReference } from "./sample-run.ts";

const all: readonly OpDef[] = Object.values(ops);
const samples = all.flatMap((op) =>
  op.samples.map((sample) => ({ op, sample, name: sampleName(op, sample) })),
);

for (const backend of ["wasm", "cpu"] as const) {
  let session: Session;

  beforeAll(async () => {
    session = await openKernelPlan(readKernelPlan(printKernelPlan(emitKernelPlan(sampleProgram(all)))), {
      backend,
    });
  });

  afterAll(() => session.close());

  test.each(samples)(`${backend} agrees with the reference on $name`, async ({ op, sample, name }) => {
    const before = await session.memory();
    const results = await session.run(name, sampleFeeds(sample));
    sampleReference(op, sample).forEach((expected, index) => {
      const found = results[`output${index}`]!;
      expect({ dtype: found.dtype, shape: found.shape }).toEqual(expected.type);
      if (expected.type.dtype === "f32")
        expect(relativeDifference(found.data, expected.data)).toBeLessThan(1e-4);
      else expect([...found.data]).toEqual([...expected.data]);
    });
    expect(await session.memory()).toEqual(before);
  });
}
