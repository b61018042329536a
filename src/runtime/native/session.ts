/** Sessions on TensorFlow's C++ library: a saved model, loaded once in a worker thread, each step one call. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtimeCodes } from "../../diagnostics/codes/runtime.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { CompilerBug, invariant } from "../../support/invariant.ts";
import type { SavedModel, StateSpec } from "../../targets/artifact.ts";
import { writeFiles } from "../../targets/saved-model/folder.ts";
import {
  doneNode,
  initializedNode,
  initialValueNode,
  inputNode,
  outputNode,
  readNode,
  stateGroups,
  zeroedNode,
} from "../../targets/saved-model/layout.ts";
import { RuntimeFault } from "../fault.ts";
import { bytesOf, checkFeeds, checkNames, checkState } from "../feeds.ts";
import type { HostTensor, HostTensors, Session } from "../session.ts";
import {
  hasKernels,
  hasProfiler,
  kernelsPathOf,
  type NativeInstall,
  nativeDirectory,
  preloadPathOf,
  readNativeInstall,
} from "./locate.ts";
import { watchNative } from "./profiler.ts";
import type { Feed, WorkerSetup } from "./protocol.ts";
import { NativeFailure, startWorker, type WorkerClient } from "./worker-client.ts";

export interface NativeOptions {
  readonly device: "cpu" | "gpu";
  /** Threads that one operation may use; TensorFlow's own choice unless given. Holds for the process. */
  readonly threads?: number;
}

/** Throws a `RuntimeFault` where the back end is not installed, does not load, or has no GPU though one is asked for. */
export async function openNative(artifact: SavedModel, options: NativeOptions): Promise<Session> {
  const directory = nativeDirectory();
  const install = await readNativeInstall(directory);
  if (!install) throw new RuntimeFault(diagnose(runtimeCodes, "runtime/native-missing", {}));
  const client = await load(artifact, install, environmentFor(options)).catch((error: unknown) => {
    if (!(error instanceof NativeFailure)) throw error;
    throw new RuntimeFault(
      diagnose(runtimeCodes, "runtime/native-broken", { directory, reason: error.message }),
    );
  });
  if (options.device === "gpu" && !client.gpu) {
    await client.close();
    const found = install.manifest.gpu
      ? "TensorFlow sees none"
      : "the native back end is built for the processor only";
    throw new RuntimeFault(diagnose(runtimeCodes, "runtime/gpu-missing", { found }));
  }
  return watchable(sessionOf(artifact, client), directory);
}

function watchable(session: Session, directory: string): Session {
  return {
    ...session,
    async watch(name, feeds) {
      if (!(await hasProfiler(directory)))
        throw new RuntimeFault(diagnose(runtimeCodes, "runtime/profiler-missing", {}));
      const { result, events } = await watchNative(directory, () => session.run(name, feeds));
      return { outputs: result, events };
    },
  };
}

/** TensorFlow reads its options from the environment when it loads; a value that the user has set for one stays. */
function environmentFor({ device, threads }: NativeOptions): Readonly<Record<string, string>> {
  const { TF_CPP_MIN_LOG_LEVEL = "3", TF_FORCE_GPU_ALLOW_GROWTH = "true" } = process.env;
  return {
    TF_CPP_MIN_LOG_LEVEL,
    ...(device === "gpu" ? { TF_FORCE_GPU_ALLOW_GROWTH } : { CUDA_VISIBLE_DEVICES: "-1" }),
    ...(threads !== undefined && { TF_NUM_INTRAOP_THREADS: String(threads) }),
  };
}

async function load(
  artifact: SavedModel,
  { directory, packageDirectory }: NativeInstall,
  environment: WorkerSetup["environment"],
): Promise<WorkerClient> {
  const modelDirectory = await mkdtemp(join(tmpdir(), "rcnn-model-"));
  try {
    await writeFiles(artifact.files, modelDirectory);
    const signature = Object.keys(artifact.signatures.functions)[0];
    invariant(signature !== undefined, "a saved model has at least one function");
    return await startWorker({
      preload: preloadPathOf(directory),
      ...((await hasKernels(directory)) && { kernels: kernelsPathOf(directory) }),
      packageDirectory,
      modelDirectory,
      signature,
      environment,
    });
  } finally {
    await rm(modelDirectory, { recursive: true, force: true });
  }
}

function sessionOf(artifact: SavedModel, client: WorkerClient): Session {
  const { signatures } = artifact;
  return {
    backend: "native",
    signatures,
    async write(state) {
      checkState(signatures, state);
      await writeState(client, signatures.state, state);
    },
    async read(names) {
      const wanted = checkNames(signatures, names);
      return wanted.length === 0 ? {} : named(wanted, await call(client, [], wanted.map(readNode)));
    },
    async run(name, feeds) {
      const spec = checkFeeds(signatures, name, feeds);
      const given = spec.inputs.map((input) => feedOf(inputNode(name, input.name), feeds[input.name]!));
      const outputs = spec.outputs.map((output) => output.name);
      const fetches =
        outputs.length > 0 ? outputs.map((output) => outputNode(name, output)) : [doneNode(name)];
      return named(outputs, await call(client, given, fetches));
    },
    async memory() {
      const state = signatures.state.reduce((bytes, { shape }) => bytes + bytesOf("f32", shape), 0);
      const { tensors, bytes } = await client.memory();
      return { tensors: signatures.state.length + tensors, bytes: state + bytes };
    },
    close: () => client.close(),
  };
}

/** A loop, since `every` calls a function for each of tens of millions of numbers. */
function isZero(data: HostTensor["data"]): boolean {
  for (let index = 0; index < data.length; index++) if (data[index] !== 0) return false;
  return true;
}

/** What is given, in few calls; slots that are all zero are not sent. */
async function writeState(
  client: WorkerClient,
  specs: readonly StateSpec[],
  state: HostTensors,
): Promise<void> {
  const given = specs.filter(({ name }) => Object.hasOwn(state, name));
  const zeroed = new Set(given.filter(({ name, role }) => role === "slot" && isZero(state[name]!.data)));
  if (zeroed.size > 0)
    await call(
      client,
      [],
      [...zeroed].map(({ name }) => zeroedNode(name)),
    );
  for (const { variables } of stateGroups(given.filter((spec) => !zeroed.has(spec)))) {
    const feeds = variables.map((variable) => feedOf(initialValueNode(variable), state[variable]!));
    await call(client, feeds, variables.map(initializedNode));
  }
}

/** A copy, since buffers move to the worker and the caller keeps its own. */
const feedOf = (node: string, tensor: HostTensor): Feed => ({
  node,
  dtype: tensor.dtype,
  shape: tensor.shape,
  data: tensor.data.slice(),
});

const named = (names: readonly string[], tensors: readonly HostTensor[]): HostTensors =>
  Object.fromEntries(names.map((name, index) => [name, tensors[index]!]));

/** A failed call is a fault of the compiler, save for a variable that nobody has set. */
async function call(
  client: WorkerClient,
  feeds: readonly Feed[],
  fetches: readonly string[],
): Promise<readonly HostTensor[]> {
  try {
    return await client.run(feeds, fetches);
  } catch (error) {
    if (!(error instanceof NativeFailure)) throw error;
    const unset = /Could not find variable (.+?)\. This could/.exec(error.message)?.[1];
    if (unset) throw new RuntimeFault(diagnose(runtimeCodes, "runtime/unset-variable", { name: unset }));
    throw new CompilerBug(`TensorFlow refused a call for ${fetches[0]}: ${error.message}`);
  }
}
