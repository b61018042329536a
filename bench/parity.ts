/**
 * `npm run parity`: the reference models against torchvision on the same weights, which torchvision makes and saves.
 * Each stage is fed what torchvision's was fed; then whole pictures go from weight file to detections. The exit code
 * is 1 where a limit is broken. `RCNN_BENCH_PYTHON` names a Python that has torchvision; one is made without it.
 */
import "../src/support/node-compatibility.ts";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { resolveFile } from "../src/language.ts";
import type { Backend } from "../src/runtime/index.ts";
import { loadCheckpoint } from "../src/train/checkpoint.ts";
import { importWeights } from "../src/train/import-weights.ts";
import { endToEnd, valueIn } from "./parity/end-to-end.ts";
import { measureStages, type Row } from "./parity/measure.ts";
import { readRecording, readSummary, record, type Size } from "./parity/peer.ts";
import { failures, tableOf } from "./parity/table.ts";
import { installTorchvision } from "./torchvision.ts";

const names = [
  "fasterrcnn_resnet50_fpn",
  "maskrcnn_resnet50_fpn",
  "fasterrcnn_resnet50_fpn_v2",
  "maskrcnn_resnet50_fpn_v2",
];
const root = join(import.meta.dirname, "..");

const { values } = parseArgs({
  options: {
    models: { type: "string", default: names.join() },
    backends: { type: "string", default: "native,wasm" },
    images: { type: "string", default: "3" },
    seed: { type: "string", default: "0" },
    /** Shortest and longest side; wasm, whose memory ends at 4 GiB, takes less unless this is given. */
    size: { type: "string" },
    /** A folder where recordings stay, and are read again in place of being made. */
    keep: { type: "string" },
  },
});

const sizes: Readonly<Record<string, string>> = { native: "800x1333", wasm: "320x533" };

function sizeFor(backend: string): Size {
  const [shortest, longest] = (values.size ?? sizes[backend] ?? "320x533").split("x").map(Number);
  return { shortest: shortest!, longest: longest! };
}

/** Calls `work` with the folder of what torchvision recorded. */
async function withRecording<T>(name: string, size: Size, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(
    values.keep ?? join(root, ".bench", "parity"),
    `${name}-${size.shortest}-${values.seed}`,
  );
  if (!values.keep || !existsSync(join(folder, "summary.json"))) {
    mkdirSync(folder, { recursive: true });
    record(interpreter, name, folder, { ...size, images: Number(values.images), seed: Number(values.seed) });
  }
  try {
    return await work(folder);
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(name: string, folder: string, size: Size, backend: Backend): Promise<readonly Row[]> {
  const config = join(root, "configs", "torchvision", `${name}.rcnn`);
  const set = [`input.shortest=${size.shortest}px`, `input.longest=${size.longest}px`];
  const out = join(folder, "run");
  rmSync(out, { recursive: true, force: true });
  valueIn(await importWeights({ file: join(folder, "weights.pth"), config, set, out, seed: 0 }));
  const { state } = valueIn(await loadCheckpoint(out));
  const model = valueIn(await resolveFile(config, { set }));
  const summary = readSummary(folder);
  const images = summary.images.map((_, index) => ({ tensors: readRecording(folder, index, "predict") }));
  const training = { tensors: readRecording(folder, 0, "train"), losses: summary.losses };
  const stages = await measureStages(model, state, images, training, backend);
  const ends = await endToEnd(out, summary.images, backend);
  return stages.map((row, index) => ({ ...ends[index]!, ...row }));
}

/** In a line, which comes long before the table. */
function verdict(row: Row): string {
  const broken = Object.entries(row).filter(([, { holds }]) => !holds);
  return broken.length === 0 ? "holds" : broken.map(([name, { text }]) => `${name} ${text} !`).join(", ");
}

const interpreter = installTorchvision();
const rows: Row[] = [];
for (const name of values.models.split(",")) {
  for (const backend of values.backends.split(",") as Backend[]) {
    const size = sizeFor(backend);
    await withRecording(name, size, async (folder) => {
      const shapes = readSummary(folder).images.map(({ width, height }) => `${width}x${height}`);
      for (const [index, row] of (await measure(name, folder, size, backend)).entries()) {
        const about = [name, backend, `${shapes[index]} at ${size.shortest}`] as const;
        const [model, where, image] = about.map((text) => ({ text, holds: true }));
        rows.push({ model: model!, "back end": where!, image: image!, ...row });
        console.log(`${about.join(", ")}: ${verdict(row)}`);
      }
    });
  }
}
console.log(tableOf(rows));
const broken = failures(rows);
console.log(broken === 0 ? "Every limit holds." : `${broken} figures break their limit (marked !).`);
process.exit(broken === 0 ? 0 : 1);
