/** Compiles one add-on of the native back end with g++. */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { kernelsPathOf, profilerPathOf } from "./locate.ts";
import { runTool, type ToolOutcome } from "./run-tool.ts";
import { kernelsSource, profilerSource } from "./sources.ts";

const napiVersion = 8;
/** Of TensorFlow, in the folder of its wheel. */
export const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** `rest` are sources and further flags; `directory` is the install, whose headers of Node are used. */
export function compileAddOn(
  directory: string,
  target: string,
  rest: readonly string[],
): Promise<ToolOutcome> {
  const flags = ["-std=c++17", "-O2", "-fPIC", "-shared", "-w", `-DNAPI_VERSION=${napiVersion}`];
  const headers = `-I${join(directory, "node_modules", "node-api-headers", "include")}`;
  return runTool("g++", [...flags, headers, ...rest, "-o", target]);
}

/** Flags that compile against TensorFlow and find it at `place`, its folder relative to the add-on's: all may be moved. */
export const againstTensorflow = (library: string, place: string): readonly string[] => [
  `-I${join(library, "include")}`,
  `-L${library}`,
  ...libraries.map((name) => `-l:${name}`),
  `-Wl,-rpath,$ORIGIN/${place}`,
];

/** Folder of TensorFlow's libraries, relative to that of the install. */
export const libraryPlace = join("python", "tensorflow");

export const compileProfiler = (directory: string): Promise<ToolOutcome> =>
  compileInPlace(directory, profilerPathOf(directory), profilerSource, []);

/** Eigen aligns as it does in the library. */
export const compileKernels = (directory: string): Promise<ToolOutcome> =>
  compileInPlace(directory, kernelsPathOf(directory), kernelsSource, ["-O3", "-DEIGEN_MAX_ALIGN_BYTES=64"]);

/** The add-on appears whole or not at all, so that an install which lacks it can be completed in place. */
async function compileInPlace(
  directory: string,
  path: string,
  source: string,
  flags: readonly string[],
): Promise<ToolOutcome> {
  const target = `${path}.${process.pid}`;
  const library = join(directory, libraryPlace);
  const rest = [...flags, source, ...againstTensorflow(library, libraryPlace)];
  const outcome = await compileAddOn(directory, target, rest);
  if (outcome.code === 0) await rename(target, path);
  return outcome;
}
