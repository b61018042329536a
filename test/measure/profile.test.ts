/** A watched run is told by phase, kernel and layer, and nothing of it is lost on the way. */
import { beforeAll, describe, expect, test } from "vitest";
import { countsOfParts } from "../../src/cost/cost.ts";
import { resolveFile } from "../../src/language.ts";
import { type Profiled, profileWorkload } from "../../src/measure/profile.ts";
import type { WorkloadOptions } from "../../src/measure/workload.ts";
import { type Profile, profileText } from "../../src/report/profile.ts";
import { hasProfiler, locateNative, nativeDirectory } from "../../src/runtime/native/locate.ts";

const path = "configs/mask-rcnn-nuclei.rcnn";
const size = { height: 64, width: 64 };
const hasNative = (await locateNative()) !== undefined && (await hasProfiler(nativeDirectory()));

async function profiled(backend: "wasm" | "native", name: WorkloadOptions["function"]): Promise<Profiled> {
  const source = { kind: "config", path } as const;
  const options = { source, set: [], function: name, size, batch: 1, rounds: 1, backend };
  const { value, diagnostics } = await profileWorkload(options);
  expect(diagnostics).toEqual([]);
  return value!;
}

const sum = (rows: readonly { readonly milliseconds: number }[]): number =>
  rows.reduce((total, { milliseconds }) => total + milliseconds, 0);

const names = (rows: Profile["phases"]): readonly string[] => rows.map(({ name }) => name);

const phases = ["input", "backbone: smallResnet", "backbone: fpn3", "RPN head", "proposals"];
const later = ["RoI features", "heads", "detections"];

describe.each([
  ["wasm", true],
  ["native", hasNative],
] as const)("on %s", (backend, here) => {
  let prediction: Profiled;
  let step: Profiled | undefined;
  beforeAll(async () => {
    if (!here) return;
    prediction = await profiled(backend, "predict");
    // Wasm takes long for it.
    if (backend === "native") step = await profiled(backend, "train_step");
  }, 120_000);
  const run = test.skipIf(!here);

  run("each table has all the time, and no more than the run took", () => {
    for (const { profile } of step ? [prediction, step] : [prediction]) {
      for (const rows of [profile.phases, profile.kernels, profile.layers, profile.work])
        expect(sum(rows)).toBeCloseTo(profile.total, 6);
      expect(profile.busy).toBeLessThanOrEqual(profile.total + 1e-6);
      expect(profile.busy).toBeLessThanOrEqual(1000 * profile.seconds.watched[0]!);
    }
  });

  run("the phases of a prediction are those of the papers, in their order", () => {
    const found = names(prediction.profile.phases).filter((name) => [...phases, ...later].includes(name));
    expect(new Set(found)).toEqual(new Set([...phases, ...later]));
    expect(found.indexOf("input")).toBeLessThan(found.indexOf("backbone: smallResnet"));
    expect(found.indexOf("backbone: fpn3")).toBeLessThan(found.indexOf("detections"));
  });

  test.skipIf(!here || backend === "wasm")(
    "a training step has a forward and a backward pass and updates",
    () => {
      const found = names(step!.profile.phases);
      for (const direction of ["forward", "backward", "update"])
        for (const part of ["backbone: smallResnet", "heads"])
          expect(found).toContain(`${part} (${direction})`);
      expect(found).toContain("losses (forward)");
      expect(found).toContain("matching, sampling (forward)");
    },
  );

  run("every multiply-add of the model is found again, also where it was fused", async () => {
    const { value: model } = await resolveFile(path, {});
    const { total, notComputed } = countsOfParts(model!, { size });
    const { profile } = prediction;
    const macs = profile.work.reduce((all, row) => all + row.macs, 0);
    expect(macs).toBe(total.macs - notComputed);
    const first = profile.layers.find(({ name }) => name === "backbone.stem.conv")!;
    expect(first.macs).toBe(32 * 32 * 3 * 3 * 3 * 16);
    const best = (2 * first.macs) / profile.attainable.convolution / 1e6;
    // Kernels that move numbers multiply none.
    for (const { name, macs } of profile.kernels) if (macs > 0) expect(name).toMatch(/conv|matmul/i);
    expect(first.ofAttainable).toBeCloseTo(best / first.milliseconds, 9);
  });

  run("the trace is Trace Event JSON: each kernel a complete event with its layer", () => {
    const { traceEvents } = JSON.parse(prediction.trace) as {
      traceEvents: readonly {
        ph: string;
        name: string;
        ts?: number;
        dur?: number;
        tid: number;
        pid: number;
      }[];
    };
    const complete = traceEvents.filter(({ ph }) => ph === "X");
    expect(complete.length).toBe(prediction.profile.work.reduce((all, row) => all + row.count, 0));
    for (const { ts, dur, tid } of complete) {
      expect(ts).toBeGreaterThanOrEqual(0);
      expect(dur).toBeGreaterThanOrEqual(0);
      expect(traceEvents.some((other) => other.ph === "M" && other.tid === tid)).toBe(true);
    }
    expect(complete.map(({ name }) => name)).toContain("regions.mask.layers.deconv");
  });

  run("the text names the run and its tables", () => {
    const text = profileText(prediction.profile, 3);
    expect(text).toContain(`mask_rcnn_nuclei, predict on ${backend}: 1 x 64 x 64, random picture.`);
    expect(text).toMatch(/^phase +ms +share +kernels +GFLOP\/s +of attainable$/m);
    expect(text).toMatch(/\n\.\.\. and \d+ more$/);
  });
});
