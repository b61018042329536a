/** The package as a user has it: compiled, with its own `dist`, run in processes of its own. */
import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InstalledPackage {
  readonly folder: string;
  run(...parameters: readonly string[]): Promise<Outcome>;
  /** The same where every import of TensorFlow.js fails. */
  runWithoutTensorflow(...parameters: readonly string[]): Promise<Outcome>;
  remove(): void;
}

/** Runs one step of the build. What it writes is what is tested, so a step that fails is told and not passed over. */
function step(...parameters: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed: ${parameters.join(" ")}\n${stdout}${stderr}`);
}

/** Compiles into a folder of its own, so that two runs of the tests do not meet. */
export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), "rcnn-package-"));
  for (const name of ["package.json", "bin"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of ["node_modules", "configs", "test", "grammar", "src"])
    symlinkSync(join(root, name), join(folder, name));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  step(compiler, "-p", root, "--outDir", join(folder, "dist"));
  step(join(folder, "bin", "prepare.js"));
  const bin = join(folder, "bin", "run.js");
  const start = (options: readonly string[], parameters: readonly string[]) =>
    new Promise<Outcome>((resolve) => {
      const env = { ...process.env, NODE_ENV: "production", NO_COLOR: "1" };
      execFile(
        process.execPath,
        [...options, bin, ...parameters],
        { cwd: root, env },
        (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        },
      );
    });
  const hook = join(root, "test", "commands", "no-tensorflow.mjs");
  return {
    folder,
    run: (...parameters) => start([], parameters),
    runWithoutTensorflow: (...parameters) => start(["--import", hook], parameters),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
