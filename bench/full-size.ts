/** Prediction at full size beside torchvision's, and beside our own products: the sides take turns in one run. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median, runCommand } from "./run-command.ts";

const here = import.meta.dirname;
const peer = join(here, "peers", "torchvision_predict.py");
const config = join(here, "..", "configs", "torchvision", "maskrcnn_resnet50_fpn.rcnn");

interface Answer {
  readonly seconds: number;
  readonly detections: number;
  /** MB, of the whole process since it began. */
  readonly peak: number;
  readonly scores: readonly number[];
}

interface Side {
  readonly name: string;
  readonly ask: () => Promise<Answer>;
  readonly close: () => void;
  readonly answers: Answer[];
}

/** A process that answers each line with a line. */
function openSide(name: string, command: string, args: readonly string[]): Side {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write("\n");
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended before it answered`);
    return JSON.parse(value) as Answer;
  };
  return { name, ask, answers: [], close: () => child.kill() };
}

/** Prints a row a side: median and spread, and each round's ratio to torchvision's time in the same round. */
export async function benchFullSize(python: string, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rcnn-full-size-"));
  try {
    runCommand(python, [peer, "make", folder]);
    const run = join(folder, "run");
    const bin = join(here, "..", "bin", "run.js");
    runCommand("node", [bin, "import", join(folder, "weights.pth"), "--config", config, "--out", run]);
    const image = join(folder, "image.png");
    const ours = (what: string) => ["--import", "tsx", join(here, "full-size-ours.ts"), run, image, what];
    const sides = [
      openSide("torchvision", python, [peer, "serve", folder]),
      openSide("float32", "node", ours("float32")),
      openSide("bfloat16", "node", ours("bfloat16")),
      openSide("products", "node", ours("products")),
    ];
    await takeTurns(sides, rounds);
    for (const side of sides) console.log(rowOf(side, sides[0]!, sides[3]!));
    for (const side of sides) side.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first round warms up. */
async function takeTurns(sides: readonly Side[], rounds: number): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (const side of sides) {
      const answer = await side.ask();
      if (round > 0) side.answers.push(answer);
    }
  }
}

function rowOf(side: Side, theirs: Side, products: Side): string {
  const seconds = side.answers.map((answer) => answer.seconds);
  const least = Math.min(...seconds);
  const most = Math.max(...seconds);
  const ratio = (other: Side) =>
    median(seconds.map((value, round) => value / other.answers[round]!.seconds)).toFixed(2);
  const last = side.answers.at(-1)!;
  const found = side === products ? "no detections" : `${last.detections} detections`;
  const name = side === products ? "our products alone" : `predict, ${side.name}`;
  return [
    `${name.padEnd(21)} ${median(seconds).toFixed(2)} s (${least.toFixed(2)} to ${most.toFixed(2)})`,
    `${ratio(theirs)} of torchvision's, ${ratio(products)} of our products`,
    `${found}, peak ${last.peak.toFixed(0)} MB`,
  ].join(", ");
}
