/** Where the native back end lies on this machine, and what its manifest says. */
import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { processorCan } from "./processor.ts";
import { kernelsDigest } from "./sources.ts";

/** The npm package whose add-on is built, in the one version that the build was tried with. */
export const packageName = "@tensorflow/tfjs-node-gpu";
export const packageVersion = "4.22.0";

/** Written last by the installer, so a folder that has one is whole. */
export interface NativeManifest {
  readonly tfjsNode: string;
  readonly tensorflow: string;
  /** Built with the CUDA libraries. */
  readonly gpu: boolean;
}

export interface NativeInstall {
  readonly directory: string;
  readonly manifest: NativeManifest;
  /** Folder of the npm package, fit for `require`. */
  readonly packageDirectory: string;
}

/** `RCNN_NATIVE_DIR`, else a folder of this user's cache named after the package's version. */
export function nativeDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.RCNN_NATIVE_DIR) return environment.RCNN_NATIVE_DIR;
  const cache = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(cache, "rcnn", `native-${packageVersion}`);
}

export const packageDirectoryOf = (directory: string): string => join(directory, "node_modules", packageName);
export const bindingPathOf = (directory: string): string =>
  join(packageDirectoryOf(directory), "lib", "napi-v8", "tfjs_binding.node");
/** Of the add-on that is loaded before TensorFlow's. */
export const preloadPathOf = (directory: string): string => join(directory, "preload.node");
export const profilerPathOf = (directory: string): string => join(directory, "profiler.node");
/** Named after its source: an install of another version has other kernels. */
export const kernelsPathOf = (directory: string): string =>
  join(directory, `kernels-${kernelsDigest()}.node`);
export const manifestPathOf = (directory: string): string => join(directory, "native.json");

/** What is installed in `directory`; nothing where it is absent or not whole. */
export async function readNativeInstall(directory: string): Promise<NativeInstall | undefined> {
  try {
    const manifest = JSON.parse(await readFile(manifestPathOf(directory), "utf8")) as NativeManifest;
    await access(bindingPathOf(directory));
    return { directory, manifest, packageDirectory: packageDirectoryOf(directory) };
  } catch {
    return undefined;
  }
}

/** Folder of the installed tfjs-node-gpu package, if there is one. */
export async function locateNative(): Promise<string | undefined> {
  return (await readNativeInstall(nativeDirectory()))?.packageDirectory;
}

/** An install of an earlier version has none. */
export const hasProfiler = (directory: string): Promise<boolean> => exists(profilerPathOf(directory));

/** Kernels of exactly this version, on a processor that can run them. */
export const hasKernels = async (directory: string): Promise<boolean> =>
  (await exists(kernelsPathOf(directory))) && (await processorCan("kernels"));

/** They are for the processor only, and for one that can run them. */
export const lacksKernels = async (directory: string, gpu: boolean): Promise<boolean> =>
  !gpu && (await processorCan("kernels")) && !(await hasKernels(directory));

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
