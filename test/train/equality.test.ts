/** One model, one start, the same choices: the same losses on every back end, and no memory that grows. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { buildProgram, emit } from "../../src/compile.ts";
import type { Bucket } from "../../src/components/context.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { resolveFile } from "../../src/language.ts";
import type { Model } from "../../src/model/model.ts";
import { type Backend, open, targetOf } from "../../src/runtime/index.ts";
import { hasKernels, locateNative, nativeDirectory } from "../../src/runtime/native/locate.ts";
import type { HostTensors, Session } from "../../src/runtime/session.ts";
import { initialState } from "../../src/train/initial-state.ts";
import { rateAt } from "../../src/train/schedule.ts";
import { trainingBucket } from "../../src/train/train.ts";
import { createBatchMaker } from "../../src/train/training-batches.ts";

const steps = 5;
const seed = 7;
const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

interface Setting {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly bucket: Bucket;
}

async function settingOf(config: string): Promise<Setting> {
  const dataset = (await loadDataset({ data: path("test/data/nuclei"), split: "train" })).value!;
  // One image: the plain reference takes seconds a step.
  const set = ["train.batch=1images"];
  const { value: model, diagnostics } = await resolveFile(path(config), { set, classes: 1 });
  expect(diagnostics).toEqual([]);
  return { model: model!, dataset, bucket: trainingBucket(model!, dataset).bucket };
}

async function openStep(
  setting: Setting,
  backend: Backend,
  selections?: "exposed" | "held",
): Promise<Session> {
  const functions = { train: { train_step: setting.bucket } };
  const program = buildProgram(setting.model, functions, selections ? { selections } : {}).value!;
  const ownKernels = backend === "native" && (await hasKernels(nativeDirectory()));
  const session = await open(emit(program, targetOf(backend), { ownKernels }), { backend });
  await session.write(initialState(session.signatures.state, seed));
  return session;
}

/** The feeds of a step, and the learning rate with them; inputs that the graph does not have are left out. */
function feedsOf(session: Session, { model, dataset, bucket }: Setting) {
  const signature = session.signatures.functions.train_step!;
  const capacity = { objects: bucket.objects, pixels: bucket.pixels };
  const make = createBatchMaker({ model, dataset, bucket, capacity, signature, seed });
  return async (step: number, more: HostTensors = {}): Promise<HostTensors> => {
    const rate = Float32Array.of(rateAt(model.train, step));
    const all = {
      ...(await make(step)).value!,
      learningRate: { dtype: "f32" as const, shape: [], data: rate },
      ...more,
    };
    const names = new Set(signature.inputs.map(({ name }) => name));
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  };
}

/** The norm of the gradients is no loss: where maxima tie, as on the black background, the back ends may differ in it. */
const lossesOf = (outputs: HostTensors): Record<string, number> =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => !name.startsWith("selection/") && name !== "gradientNorm")
      .map(([name, { data }]) => [name, data[0]!]),
  );

/** What a free run on wasm chooses at each step. */
async function chosen(
  setting: Setting,
): Promise<{ selections: HostTensors[]; losses: Record<string, number>[] }> {
  const session = await openStep(setting, "wasm", "exposed");
  const feeds = feedsOf(session, setting);
  const selections: HostTensors[] = [];
  const losses: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) {
    const outputs = await session.run("train_step", await feeds(step));
    selections.push(
      Object.fromEntries(Object.entries(outputs).filter(([name]) => name.startsWith("selection/"))),
    );
    losses.push(lossesOf(outputs));
  }
  await session.close();
  return { selections, losses };
}

async function lossesWith(setting: Setting, backend: Backend, selections: readonly HostTensors[]) {
  const session = await openStep(setting, backend, "held");
  const feeds = feedsOf(session, setting);
  const losses: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push(lossesOf(await session.run("train_step", await feeds(step, selections[step]))));
  }
  await session.close();
  return losses;
}

/** Largest relative difference of any loss at any step. */
function difference(a: readonly Record<string, number>[], b: readonly Record<string, number>[]): number {
  return Math.max(
    ...a.flatMap((row, step) =>
      Object.entries(row).map(([name, value]) => {
        const other = b[step]![name]!;
        // A loss of exactly 0 (no positives) must be 0 on both.
        return Math.abs(value - other) / Math.max(Math.abs(value), 1e-12);
      }),
    ),
  );
}

const native = await locateNative();
const fast: Backend[] = native ? ["wasm", "native"] : ["wasm"];
if (!native) console.warn("native is left out: run `rcnn native install`");

test.each(["configs/mask-rcnn-nuclei.rcnn", "configs/faster-rcnn-nuclei.rcnn"])(
  "%s: five steps with the same choices give the same losses on every back end",
  async (config) => {
    const setting = await settingOf(config);
    const { selections } = await chosen(setting);
    const reference = await lossesWith(setting, "reference", selections);
    for (const backend of fast) {
      const losses = await lossesWith(setting, backend, selections);
      const largest = difference(reference, losses);
      console.log(`${config}, ${backend} against the reference: ${largest.toExponential(1)}`);
      expect(largest, backend).toBeLessThan(1e-4);
    }
  },
  240_000,
);

test.skipIf(!native)(
  "free-running, the first step is the same on wasm and native; the later ones are printed",
  async () => {
    const setting = await settingOf("configs/mask-rcnn-nuclei.rcnn");
    const { losses: wasm } = await chosen(setting);
    const session = await openStep(setting, "native");
    const feeds = feedsOf(session, setting);
    for (let step = 0; step < steps; step++) {
      const losses = lossesOf(await session.run("train_step", await feeds(step)));
      const apart = difference([wasm[step]!], [losses]);
      console.log(`free-running, step ${step + 1}: ${apart.toExponential(1)} relative`);
      if (step === 0) expect(apart).toBeLessThan(1e-3);
    }
    await session.close();
  },
);

test.each(fast)("memory on %s is constant from the second step on", async (backend) => {
  const setting = await settingOf("configs/mask-rcnn-nuclei.rcnn");
  const session = await openStep(setting, backend);
  const feeds = feedsOf(session, setting);
  const memory: { tensors: number; bytes: number }[] = [];
  for (let step = 0; step < 6; step++) {
    await session.run("train_step", await feeds(step));
    memory.push(await session.memory());
  }
  await session.close();
  for (const later of memory.slice(2)) expect(later).toEqual(memory[1]);
});
