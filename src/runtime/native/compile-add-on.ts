/** Compiles one add-on of the native back end with g++. */
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { profilerPathOf } from "./locate.ts";
import { profilerSource } from "./profiler.ts";
import { runTool, type ToolOutcome } from "./run-tool.ts";

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

/** The profiler appears whole or not at all, so that an install which lacks it can be completed in place. */
export async function compileProfiler(directory: string): Promise<ToolOutcome> {
  const source = join(directory, `profiler-${process.pid}.cc`);
  const target = `${profilerPathOf(directory)}.${process.pid}`;
  await writeFile(source, profilerSource);
  const library = join(directory, libraryPlace);
  const outcome = await compileAddOn(directory, target, [
    source,
    ...againstTensorflow(library, libraryPlace),
  ]);
  await rm(source);
  if (outcome.code === 0) await rename(target, profilerPathOf(directory));
  return outcome;
}
