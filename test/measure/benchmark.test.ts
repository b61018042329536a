/** A benchmark names every phase once, and its figures fit together. */
import { expect, test } from "vitest";
import { countsOfParts } from "../../src/cost/cost.ts";
import { resolveFile } from "../../src/language.ts";
import { type BenchmarkOptions, benchmarkWorkload } from "../../src/measure/benchmark.ts";
import { type Benchmark, benchmarkText, spreadOf } from "../../src/report/benchmark.ts";
import { hasProfiler, locateNative, nativeDirectory } from "../../src/runtime/native/locate.ts";

const path = "configs/faster-rcnn-nuclei.rcnn";
const size = { height: 64, width: 96 };
const hasNative = (await locateNative()) !== undefined && (await hasProfiler(nativeDirectory()));

async function measured(options: Partial<BenchmarkOptions>): Promise<Benchmark> {
  const source = { kind: "config", path } as const;
  const { value, diagnostics } = await benchmarkWorkload({
    source,
    set: [],
    function: "predict",
    size,
    rounds: 1,
    ...options,
  });
  expect(diagnostics).toEqual([]);
  return value!;
}

const timeout = 120_000;

test("a prediction from the file to the detections", { timeout }, async () => {
  const benchmark = await measured({ backend: "wasm" });
  const { phases, seconds, callSeconds, attainable } = benchmark;
  const found = phases.map(({ phase }) => phase);
  const model = [
    ...["input", "backbone: smallResnet", "backbone: fpn3", "RPN head", "proposals", "RoI features", "heads"],
  ];
  expect(found).toEqual(["decode, resize", ...model, "detections", "between kernels", "post-processing"]);
  const sum = phases.reduce((all, phase) => all + phase.seconds, 0);
  expect(sum).toBeCloseTo(seconds.median, 6);
  expect(callSeconds.median).toBeLessThanOrEqual(seconds.median);
  expect(benchmark.imagesPerSecond).toBeCloseTo(1 / seconds.median, 9);
  expect(Math.min(attainable.convolution.least, attainable.product.least)).toBeGreaterThan(0);
  // Without a threshold as many are found as the config keeps.
  expect(benchmark.detections).toBe(50);
  const counted = countsOfParts((await resolveFile(path, {})).value!, { size });
  expect(phases.reduce((all, { macs }) => all + macs, 0)).toBe(counted.total.macs);
  expect(benchmarkText(benchmark)).toContain(
    "faster_rcnn_nuclei, predict on wasm: 1 x 64 x 96, 50 detections, random weights, 1 round.",
  );
});

test("a training step by its passes", { timeout }, async () => {
  const { phases, detections, images, seconds, imagesPerSecond } = await measured({
    // Wasm takes long for it.
    backend: hasNative ? "native" : "wasm",
    function: "train_step",
    batch: 2,
  });
  const found = phases.map(({ phase }) => phase).filter((phase) => phase !== "reads, copies");
  expect(found).toEqual(["forward", "backward", "update", "between kernels"]);
  expect(detections).toBeUndefined();
  expect(images).toEqual({ batch: 2, height: 64, width: 96 });
  expect(imagesPerSecond).toBeCloseTo(2 / seconds.median, 9);
  const [forward, backward] = phases.filter(({ macs }) => macs > 0);
  expect(backward!.macs).toBeGreaterThan(forward!.macs);
});

test("a picture that cannot be read is an error, and leaves nothing open", async () => {
  const source = { kind: "config", path } as const;
  const options = { source, set: [], function: "predict" as const, rounds: 1, backend: "wasm" as const };
  const { value, diagnostics } = await benchmarkWorkload({ ...options, image: "configs/none.jpg" });
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(["data/missing-file"]);
});

test("a spread has the middle and both ends", () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
});
