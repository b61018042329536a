import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpDef } from "../../../src/ops/define.ts";
import { ops } from "../../../src/ops/index.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { Session } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import {
  relativeDifference,
  sampleFeeds,
  sampleName,
  sampleProgram,
  sampleReference,
} from "../sample-run.ts";
import { nativeInstalled } from "./installed.ts";

const installed = await nativeInstalled();
const all: readonly OpDef[] = Object.values(ops);
const samples = all.flatMap((op) =>
  op.samples.map((sample) => ({ op, sample, name: sampleName(op, sample) })),
);
let session: Session;

beforeAll(async () => {
  if (installed) session = await openNative(emitSavedModel(sampleProgram(all)), { device: "cpu" });
});

afterAll(() => session?.close());

test.skipIf(!installed).each(samples)(
  "native agrees with the reference on $name",
  async ({ op, sample, name }) => {
    const results = await session.run(name, sampleFeeds(sample));
    sampleReference(op, sample).forEach((expected, index) => {
      const found = results[`output${index}`]!;
      expect({ dtype: found.dtype, shape: found.shape }).toEqual(expected.type);
      if (expected.type.dtype === "f32")
        expect(relativeDifference(found.data, expected.data)).toBeLessThan(1e-4);
      else expect([...found.data]).toEqual([...expected.data]);
    });
  },
);
