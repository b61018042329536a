/** A training step at full size beside torchvision's and beside its own convolutions and products, the three taking turns. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../run-command.ts";
import { type Peer, type Round, startPeer } from "./peer.ts";
import { createScenario } from "./scenario.ts";

const root = join(import.meta.dirname, "..", "..");
const config = join(root, "configs", "mask-rcnn-resnet50-fpn.rcnn");
const deeper = join(root, "configs", "torchvision", "maskrcnn_resnet101_fpn.rcnn");

export interface Comparison {
  /** Python with torchvision; left out unless given. */
  readonly interpreter: string | undefined;
  readonly rounds: number;
  readonly seed: number;
}

/** Prints one row a peer. */
export async function compareTrainingSteps({ interpreter, rounds, seed }: Comparison): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rcnn-bench-"));
  const peers = new Map<string, Peer>();
  try {
    peers.set("native", await startPeer(...tsx("ours.ts", ["--config", config, "--seed", String(seed)])));
    peers.set("products", await startPeer(...tsx("products.ts", ["--config", config])));
    if (interpreter) peers.set("torchvision", await startTorchvision(interpreter, folder, seed));
    const times = new Map<string, Round[]>([...peers.keys()].map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, peer] of peers) times.get(name)!.push(await peer.round());
    }
    print(times);
  } finally {
    await Promise.all([...peers.values()].map((peer) => peer.end()));
    rmSync(folder, { recursive: true, force: true });
  }
}

const tsx = (file: string, args: readonly string[]): [string, string[]] => [
  join(root, "node_modules", ".bin", "tsx"),
  [join(import.meta.dirname, file), ...args],
];

function startTorchvision(interpreter: string, folder: string, seed: number): Promise<Peer> {
  const { bucket, pixels, boxes, labels } = createScenario(seed);
  const file = join(folder, "pixels.f32");
  writeFileSync(file, pixels);
  const scenario = join(folder, "scenario.json");
  const { height, width } = bucket;
  writeFileSync(scenario, JSON.stringify({ height, width, pixels: file, boxes, labels }));
  return startPeer(interpreter, [
    join(import.meta.dirname, "..", "peers", "torchvision_training_step.py"),
    scenario,
  ]);
}

function print(times: ReadonlyMap<string, readonly Round[]>): void {
  const ours = times.get("native")!;
  console.log("Mask R-CNN ResNet-50-FPN, one image of 800x1216, 512 regions, 128 positives:");
  for (const [name, rounds] of times) {
    const own = median(rounds.map(({ seconds }) => seconds));
    const processor = median(rounds.map(({ processorSeconds }) => processorSeconds));
    const peak = Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / 2 ** 30;
    const positives = rounds[0]?.positives;
    const parts = [`${own.toFixed(2)} s (${processor.toFixed(2)} s of processor)`];
    // The products stand on variables of their own, so their memory says nothing.
    if (name !== "products") parts.push(`peak ${peak.toFixed(2)} GiB`);
    if (positives !== undefined) parts.push(`${positives} positives`);
    if (name !== "native") parts.push(`native takes ${ratios(ours, rounds)} of it`);
    console.log(`  step, ${name.padEnd(12)} ${parts.join(", ")}`);
  }
}

/** Prints how long the deeper model takes from its text to the bytes, and from there to the end of its first step. */
export async function timeLoading(): Promise<void> {
  const peer = await startPeer(...tsx("ours.ts", ["--config", deeper]));
  const { compileSeconds, loadSeconds } = peer.first;
  await peer.end();
  const parts = [`compiled in ${compileSeconds!.toFixed(2)} s`, `loaded, first step included, in`];
  console.log(
    `Training graph of Mask R-CNN ResNet-101-FPN: ${parts.join(", ")} ${loadSeconds!.toFixed(2)} s`,
  );
}

/** Median and range of the ratios of the rounds, by the clock and by processor time. */
function ratios(ours: readonly Round[], theirs: readonly Round[]): string {
  const of = (time: (round: Round) => number) =>
    ours.map((round, index) => time(round) / time(theirs[index]!));
  const clock = of(({ seconds }) => seconds);
  const processor = of(({ processorSeconds }) => processorSeconds);
  const range = `${Math.min(...clock).toFixed(2)} to ${Math.max(...clock).toFixed(2)}`;
  return `${median(clock).toFixed(2)} (${range}; ${median(processor).toFixed(2)} of its processor time)`;
}
