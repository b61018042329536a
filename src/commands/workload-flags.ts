/** What `profile` and `benchmark` take: a config or a run, a size, and where it runs. */
import { stat } from "node:fs/promises";
import { Args, Flags } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { countFlag, given, precisionFlags, type Size, sizeFlag } from "./flags.ts";

export const workloadArgument = () =>
  Args.string({
    required: true,
    description: "a config, or the folder of a run, whose weights are then taken",
  });

export const workloadFlags = {
  size: sizeFlag({
    description: "padded image size; the largest landscape image of the config unless given",
  }),
  batch: countFlag("images a call; 1 unless given"),
  backend: Flags.option({ options: ["native", "wasm", "cpu"] as const })({
    description: "where it runs; native where installed, else wasm",
  }),
  ...precisionFlags,
  device: Flags.option({ options: ["cpu", "gpu"] as const })({
    description: "device of the native back end",
  }),
};

/** A folder is a run, which is measured as it was trained: with changes of its config it is an error. */
export async function workloadSource(
  path: string,
  set: readonly string[],
  command: string,
): Promise<Result<{ readonly kind: "config" | "run"; readonly path: string }>> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return { value: { kind: "config", path }, diagnostics: [] };
  if (set.length === 0) return { value: { kind: "run", path }, diagnostics: [] };
  const problem = `\`${path}\` is a run, which is measured as it was trained; --set and --set-file change configs.`;
  return { diagnostics: [diagnose(commandCodes, "command/usage", { problem, command })] };
}

export const workloadOptions = (flags: {
  size?: Size | undefined;
  batch?: number | undefined;
  backend?: "native" | "wasm" | "cpu" | undefined;
  device?: "cpu" | "gpu" | undefined;
  precision?: "float32" | "bfloat16" | undefined;
}) =>
  given({
    size: flags.size,
    batch: flags.batch,
    backend: flags.backend,
    device: flags.device,
    precision: flags.precision,
  });
