/**
 * `npm run bench`: how fast a training step is on each back end, and how soon the command line answers.
 * `npm run bench -- --torchvision` measures the same model in torchvision beside it, the two taking turns, and then Mask
 * R-CNN ResNet-50-FPN at full size: prediction, and a training step, beside torchvision's and beside our own products;
 * `--full-size` leaves the rest out.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchFullSize } from "./full-size.ts";
import { largeFileSeconds } from "./large-file.ts";
import { recheckSeconds } from "./recheck.ts";
import { median, runCommand } from "./run-command.ts";
import { installTorchvision, torchvisionStep } from "./torchvision.ts";
import { compareTrainingSteps, timeLoading } from "./training-step/compare.ts";

const root = join(import.meta.dirname, "..");
const rcnn = join(root, "bin", "run.js");
const config = join(root, "configs", "mask-rcnn-nuclei.rcnn");
const largest = join(root, "configs", "torchvision", "maskrcnn_resnet50_fpn_v2.rcnn");

const { values } = parseArgs({
  options: {
    torchvision: { type: "boolean", default: false },
    data: { type: "string", default: join(root, "test", "data", "nuclei") },
    backends: { type: "string", default: "native,wasm" },
    steps: { type: "string", default: "30" },
    batch: { type: "string", default: "4" },
    rounds: { type: "string", default: "3" },
    "full-size": { type: "boolean", default: false },
  },
});
const [steps, batch, rounds] = [values.steps, values.batch, values.rounds].map(Number) as [
  number,
  number,
  number,
];

/** Median seconds of a training step by the command line itself, the first five left out. */
function ourStep(backend: string): number {
  const folder = mkdtempSync(join(tmpdir(), "rcnn-bench-"));
  try {
    const sizes = ["--steps", String(steps), "--batch", String(batch)];
    const args = [rcnn, "train", config, "--data", values.data, "--out", join(folder, "run"), ...sizes];
    return JSON.parse(runCommand("node", [...args, "--backend", backend, "--json"]).output).stepSeconds
      .median;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answerSeconds(args: readonly string[]): number {
  return median(Array.from({ length: 7 }, () => runCommand("node", [rcnn, ...args]).seconds));
}

const show = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;

/** How soon the command line, and an editor, answer. */
async function benchAnswers(): Promise<void> {
  console.log(`rcnn --help            ${show(answerSeconds(["--help"]))}`);
  console.log(`rcnn check             ${show(answerSeconds(["check", largest]))}`);
  console.log(`re-check in an editor  ${show(await recheckSeconds(largest))}`);
  console.log(`check of 10,000 lines  ${show((await largeFileSeconds()).check)}`);
}

function benchSteps(interpreter: string | undefined): void {
  const backends = values.backends.split(",");
  const times = new Map<string, number[]>([...backends, "torchvision"].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const backend of backends) times.get(backend)!.push(ourStep(backend));
    if (interpreter) times.get("torchvision")!.push(torchvisionStep(interpreter, values.data, steps, batch));
  }
  const peer = times.get("torchvision")!;
  for (const [name, seconds] of times) {
    if (seconds.length === 0) continue;
    const ratio =
      peer.length > 0 && name !== "torchvision"
        ? median(seconds.map((value, round) => value / peer[round]!))
        : undefined;
    const beside = ratio === undefined ? "" : `, ${ratio.toFixed(2)} of torchvision's`;
    console.log(
      `training step, ${name.padEnd(12)} ${show(median(seconds))} (batch ${batch}, ${rounds} x ${steps} steps)${beside}`,
    );
  }
}

runCommand("npm", ["run", "--silent", "build"]);
const interpreter = values.torchvision ? installTorchvision() : undefined;
if (!values["full-size"]) {
  await benchAnswers();
  benchSteps(interpreter);
}
if (interpreter) {
  await benchFullSize(interpreter, rounds);
  await compareTrainingSteps({ interpreter, rounds, seed: 0 });
  await timeLoading();
}
