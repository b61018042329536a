/** Tries the native back end in a process of its own, so that a crash of the add-on is an answer too. */
import {
  hasKernels,
  kernelsPathOf,
  nativeDirectory,
  packageDirectoryOf,
  preloadPathOf,
  readNativeInstall,
} from "./locate.ts";
import { lastWords, runTool } from "./run-tool.ts";

/** What the add-on says of itself when it loads. */
export interface NativeReport {
  readonly tensorflow: string;
  readonly tfjsNode: string;
  /** TensorFlow chose a GPU, and a product computed there was right. */
  readonly gpu: boolean;
}

export type LoadOutcome =
  | { readonly kind: "loads"; readonly report: NativeReport }
  | { readonly kind: "fails"; readonly reason: string };

/** For `rcnn doctor`. */
export interface NativeProbe {
  readonly directory: string;
  readonly node: string;
  readonly installed: boolean;
  /** Built with `--gpu`. */
  readonly gpuBuild: boolean;
  /** Absent where nothing is installed. */
  readonly load?: LoadOutcome;
}

const script = `
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const [preload, tfjs, kernels] = process.argv.slice(1);
require(preload);
const tf = require(tfjs);
if (kernels) require(kernels);
const product = tf.tidy(() => tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync());
const right = [19, 22, 43, 50].every((value, index) => product[index] === value);
if (!right) throw new Error("a product of two matrices came out wrong: " + product);
const { binding, isUsingGpuDevice } = tf.backend();
process.stdout.write(JSON.stringify({ tensorflow: binding.TF_Version, tfjsNode: tf.version["tfjs-node"], gpu: isUsingGpuDevice }));
process.exit(0);
`;

/** Loads what is installed in `directory` and computes one product with it. */
export async function tryNative(directory: string): Promise<LoadOutcome> {
  const parameters = [
    "--no-deprecation",
    "-e",
    script,
    preloadPathOf(directory),
    packageDirectoryOf(directory),
    ...((await hasKernels(directory)) ? [kernelsPathOf(directory)] : []),
  ];
  const outcome = await runTool(process.execPath, parameters, {
    environment: { TF_CPP_MIN_LOG_LEVEL: "3" },
  });
  const start = outcome.stdout.lastIndexOf("{");
  if (outcome.code !== 0 || start < 0) return { kind: "fails", reason: lastWords(outcome) };
  return { kind: "loads", report: JSON.parse(outcome.stdout.slice(start)) as NativeReport };
}

export async function probeNative(): Promise<NativeProbe> {
  const directory = nativeDirectory();
  const install = await readNativeInstall(directory);
  const node = process.versions.node;
  if (!install) return { directory, node, installed: false, gpuBuild: false };
  const load = await tryNative(directory);
  return { directory, node, installed: true, gpuBuild: install.manifest.gpu, load };
}
