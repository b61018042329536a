/** Builds the native back end for this user: TensorFlow's library by pip, tfjs-node-gpu by npm, its add-on by g++. */
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { dirname, join, relative } from "node:path";
import { runtimeCodes } from "../../diagnostics/codes/runtime.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import {
  againstTensorflow,
  compileAddOn,
  compileKernels,
  compileProfiler,
  libraries,
} from "./compile-add-on.ts";
import {
  bindingPathOf,
  hasProfiler,
  lacksKernels,
  manifestPathOf,
  type NativeInstall,
  type NativeManifest,
  nativeDirectory,
  packageDirectoryOf,
  packageName,
  packageVersion,
  preloadPathOf,
  readNativeInstall,
} from "./locate.ts";
import { type NativeReport, tryNative } from "./probe.ts";
import { lastWords, runTool, type ToolOutcome } from "./run-tool.ts";
import { preloadSource } from "./sources.ts";

export interface InstallOptions {
  /** Fetch the CUDA build. */
  readonly gpu: boolean;
  /** Where it goes; the place that later runs look in unless told. */
  readonly directory?: string;
  /** Build again even where a fitting install exists. */
  readonly force?: boolean;
  readonly log: (line: string) => void;
}

/** The release whose C API and headers the add-on's sources were compiled against. */
const tensorflowRelease = "2.21.*";

/** A failed step, on its way to the one place that turns it into a result. */
class StepFailure extends Error {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

const failStep = (step: string, reason: string, next: string): StepFailure =>
  new StepFailure(diagnose(runtimeCodes, "runtime/native-step-failed", { step, reason, next }));

const missingTool = (tool: string, need: string, next: string): StepFailure =>
  new StepFailure(diagnose(runtimeCodes, "runtime/native-tool-missing", { tool, need, next }));

/**
 * Installs into `directory` and gives what is there then. A fitting install is kept as it is. Everything is built in a
 * folder beside the final one, which is replaced at the very end: a failure changes nothing.
 */
export async function installNative(options: InstallOptions): Promise<Result<NativeInstall>> {
  const directory = options.directory ?? nativeDirectory();
  const present = await readNativeInstall(directory);
  if (present && present.manifest.gpu === options.gpu && !options.force) {
    options.log(`already installed in ${directory} (TensorFlow ${present.manifest.tensorflow})`);
    return complete(present, options.log);
  }
  const staging = `${directory}.building-${process.pid}`;
  try {
    requireLinux();
    const python = await findTools();
    await makeFolder(staging);
    const report = await build(staging, python, options);
    await finish(staging, directory, {
      tfjsNode: report.tfjsNode,
      tensorflow: report.tensorflow,
      gpu: options.gpu,
    });
  } catch (failure) {
    if (!(failure instanceof StepFailure)) throw failure;
    return { diagnostics: [failure.diagnostic] };
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
  const installed = await readNativeInstall(directory);
  return { ...(installed && { value: installed }), diagnostics: [] };
}

/** An install of an earlier version has no profiler, or other kernels. */
async function complete(present: NativeInstall, log: InstallOptions["log"]): Promise<Result<NativeInstall>> {
  const { directory, manifest } = present;
  if (!(await hasProfiler(directory))) {
    log("compiling its profiler with g++");
    const outcome = await compileProfiler(directory);
    const next = "see that g++ is version 9 or later";
    if (outcome.code !== 0)
      return { diagnostics: [failStep("compile the profiler", lastWords(outcome), next).diagnostic] };
  }
  await addKernels(directory, manifest.gpu, log);
  return { value: present, diagnostics: [] };
}

/** TensorFlow's own kernels do where ours are not compiled. */
async function addKernels(directory: string, gpu: boolean, log: InstallOptions["log"]): Promise<void> {
  if (!(await lacksKernels(directory, gpu))) return;
  log("compiling our kernels with g++");
  const outcome = await compileKernels(directory);
  if (outcome.code !== 0) log(`without our kernels, which g++ refused: ${lastWords(outcome)}`);
}

function requireLinux(): void {
  const supported = platform() === "linux" && (arch() === "x64" || arch() === "arm64");
  if (!supported) {
    throw new StepFailure(
      diagnose(runtimeCodes, "runtime/native-platform", { platform: `${platform()} ${arch()}` }),
    );
  }
}

/** Asks each tool for its version; gives the name of the Python that has pip. */
async function findTools(): Promise<string> {
  const compiler = await runTool("g++", ["--version"]);
  if (compiler.code !== 0)
    throw missingTool("g++", "compile the add-on", "install a C++ compiler, such as `apt-get install g++`");
  const npm = await runTool("npm", ["--version"]);
  if (npm.code !== 0) throw missingTool("npm", `fetch ${packageName}`, "install npm, which comes with Node");
  for (const python of ["python3", "python"]) {
    if ((await runTool(python, ["-m", "pip", "--version"])).code === 0) return python;
  }
  throw missingTool(
    "python3 -m pip",
    "fetch the TensorFlow library",
    "install Python 3 with pip, such as `apt-get install python3-pip`",
  );
}

async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw failStep(
      "make the folder",
      (error as Error).message,
      "set RCNN_NATIVE_DIR to a folder that can be written",
    );
  }
}

async function build(staging: string, python: string, options: InstallOptions): Promise<NativeReport> {
  options.log(`fetching ${packageName} ${packageVersion} with npm`);
  await fetchPackage(staging);
  options.log(
    `fetching TensorFlow ${tensorflowRelease} ${options.gpu ? "with CUDA" : "for the processor"} with pip (some minutes)`,
  );
  const library = await fetchTensorflow(staging, python, options.gpu);
  options.log("compiling the add-on with g++");
  await compileAddOns(staging, library);
  await addKernels(staging, options.gpu, options.log);
  if (!options.gpu) await prune(dirname(library), library);
  options.log("loading it once");
  const outcome = await tryNative(staging);
  if (outcome.kind === "fails")
    throw failStep("load the add-on", outcome.reason, "report this with the output of `rcnn doctor`");
  return outcome.report;
}

function demand(step: string, outcome: ToolOutcome, next: string): void {
  if (outcome.code !== 0) throw failStep(step, lastWords(outcome), next);
}

/** `--ignore-scripts`: the package's own install script fetches a library of 2022, and often fails. */
async function fetchPackage(staging: string): Promise<void> {
  await writeFile(join(staging, "package.json"), JSON.stringify({ name: "rcnn-native", private: true }));
  const packages = [`${packageName}@${packageVersion}`, "node-api-headers@^1.9.0"];
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const outcome = await runTool("npm", ["install", ...flags, ...packages], { directory: staging });
  demand(
    "fetch the npm package",
    outcome,
    "check that this machine reaches the npm registry, then run it again",
  );
}

/** Gives the folder that holds the libraries and `include/`. */
async function fetchTensorflow(staging: string, python: string, gpu: boolean): Promise<string> {
  const site = join(staging, "python");
  const requirement = gpu
    ? `tensorflow[and-cuda]==${tensorflowRelease}`
    : `tensorflow-cpu==${tensorflowRelease}`;
  const flags = [
    "--target",
    site,
    "--only-binary=:all:",
    "--no-compile",
    "--disable-pip-version-check",
    "--quiet",
  ];
  // The library of the processor build needs none of the Python packages that the wheel asks for.
  const outcome = await runTool(python, [
    "-m",
    "pip",
    "install",
    ...flags,
    ...(gpu ? [] : ["--no-deps"]),
    requirement,
  ]);
  demand(
    "fetch the TensorFlow library",
    outcome,
    "check that this machine reaches PyPI, that about 3 GB of disk are free, and that Python is a version TensorFlow has wheels for (3.10 to 3.13)",
  );
  return join(site, "tensorflow");
}

/** The package's own sources against the wheel's headers and libraries, and the add-on that is loaded before it. */
async function compileAddOns(staging: string, library: string): Promise<void> {
  const binding = bindingPathOf(staging);
  const sources = join(packageDirectoryOf(staging), "binding");
  await mkdir(dirname(binding), { recursive: true });
  // The libraries are looked for relative to the add-on, so that the folder can be moved.
  await compile(staging, binding, [
    ...[join(sources, "tfjs_backend.cc"), join(sources, "tfjs_binding.cc")],
    ...againstTensorflow(library, relative(dirname(binding), library)),
  ]);
  await compile(staging, preloadPathOf(staging), [
    preloadSource,
    `-DRCNN_LIBRARIES="${relative(staging, library)}"`,
    "-ldl",
  ]);
  demandCompiled(await compileProfiler(staging));
}

async function compile(staging: string, target: string, rest: readonly string[]): Promise<void> {
  demandCompiled(await compileAddOn(staging, target, rest));
}

const demandCompiled = (outcome: ToolOutcome): void =>
  demand("compile the add-on", outcome, "see that g++ is version 9 or later");

/** Of the wheel only the libraries and the headers stay; the Python code is most of its files. */
async function prune(site: string, library: string): Promise<void> {
  const keep = new Set(["include", ...libraries]);
  for (const name of await readdir(library)) {
    if (!keep.has(name)) await rm(join(library, name), { recursive: true, force: true });
  }
  for (const name of await readdir(site)) {
    const isFolder = (await stat(join(site, name))).isDirectory();
    if (name !== "tensorflow" && !name.endsWith(".dist-info") && isFolder)
      await rm(join(site, name), { recursive: true, force: true });
  }
}

/** Puts the finished folder in the place of an earlier one. */
async function finish(staging: string, directory: string, manifest: NativeManifest): Promise<void> {
  const old = `${directory}.old-${process.pid}`;
  try {
    await writeFile(manifestPathOf(staging), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await rename(directory, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(staging, directory);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    throw failStep(
      "move it into place",
      (error as Error).message,
      "set RCNN_NATIVE_DIR to a folder that can be written",
    );
  }
}
