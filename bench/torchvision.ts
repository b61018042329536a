/** The peer: the same model in torchvision, in a Python environment of its own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

const environment = join(import.meta.dirname, "..", ".bench", "venv");
const python = join(environment, "bin", "python");

/** Whether `python` can import what the peer needs. */
function works(command: string): boolean {
  try {
    runCommand(command, ["-c", "import torch, torchvision, pycocotools, PIL"]);
    return true;
  } catch {
    return false;
  }
}

/** The interpreter to use: `RCNN_BENCH_PYTHON`, or one made here, with several gigabytes of packages. */
export function installTorchvision(): string {
  const given = process.env.RCNN_BENCH_PYTHON;
  if (given) return given;
  if (existsSync(python) && works(python)) return python;
  console.log("Installing torch and torchvision (once, some minutes) ...");
  runCommand("python3", ["-m", "venv", environment]);
  runCommand(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "torch",
    "torchvision",
    "pycocotools",
    "pillow",
    "numpy",
  ]);
  return python;
}

/** Median seconds of a training step, the first five left out. */
export function torchvisionStep(interpreter: string, data: string, steps: number, batch: number): number {
  const script = join(import.meta.dirname, "peers", "torchvision_nuclei.py");
  const args = [script, data, "--steps", String(steps), "--batch", String(batch), "--no-eval"];
  const { output } = runCommand(interpreter, args);
  return JSON.parse(output.trim().split("\n").at(-1)!).step_median_s;
}
