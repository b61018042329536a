/** The thread in which TensorFlow lives: a session call blocks its thread, and the caller's must stay free. */
import "../../support/node-compatibility.ts";
import { createRequire } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { HostTensor } from "../session.ts";
import type { Feed, WorkerReply, WorkerRequest, WorkerSetup } from "./protocol.ts";

/** The few parts of tfjs-node that are used; the package is not there when this file is compiled. */
interface Tensor {
  readonly dtype: "float32" | "int32" | "bool";
  readonly shape: readonly number[];
  dataSync(): Float32Array | Int32Array | Uint8Array;
}
interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  runSavedModel(
    session: number,
    inputs: readonly Tensor[],
    infos: readonly { name: string }[],
    outputs: readonly string[],
  ): Tensor[];
}
interface Tfjs {
  readonly node: { loadSavedModel(path: string, tags: string[], signature: string): Promise<LoadedModel> };
  backend(): NodeBackend;
  tensor(data: HostTensor["data"], shape: readonly number[], dtype: Tensor["dtype"]): Tensor;
  matMul(x: Tensor, y: Tensor): Tensor;
  tidy<T>(work: () => T): T;
  memory(): { readonly numTensors: number; readonly numBytes: number };
}
interface LoadedModel {
  /** The TensorFlow session; one for all signatures of a folder. */
  readonly sessionId: number;
  dispose(): void;
}

const hostTypes = { float32: "f32", int32: "i32", bool: "bool" } as const;
const tensorTypes = { f32: "float32", i32: "int32", bool: "bool" } as const;

async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  Object.assign(process.env, setup.environment);
  const require = createRequire(import.meta.url);
  require(setup.preload);
  const tf = require(setup.packageDirectory) as Tfjs;
  if (setup.kernels !== undefined) require(setup.kernels);
  const model = await tf.node.loadSavedModel(setup.modelDirectory, ["serve"], setup.signature);
  port.on("message", (request: WorkerRequest) => {
    const reply = answer(tf, model, request);
    const buffers =
      reply.kind === "tensors" ? reply.tensors.map((tensor) => tensor.data.buffer as ArrayBuffer) : [];
    port.postMessage(reply, buffers);
  });
  port.postMessage({
    kind: "ready",
    gpu: tf.backend().isUsingGpuDevice && multiplies(tf),
  } satisfies WorkerReply);
}

/** A GPU that is listed may still fail at its first product. */
function multiplies(tf: Tfjs): boolean {
  const product = tf.tidy(() => {
    const [x, y] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)].map((data) =>
      tf.tensor(data, [2, 2], "float32"),
    );
    return tf.matMul(x!, y!).dataSync();
  });
  return [19, 22, 43, 50].every((value, index) => product[index] === value);
}

function answer(tf: Tfjs, model: LoadedModel, request: WorkerRequest): WorkerReply {
  const { id } = request;
  try {
    switch (request.kind) {
      case "run":
        return { kind: "tensors", id, tensors: run(tf, model, request.feeds, request.fetches) };
      case "memory": {
        const { numTensors, numBytes } = tf.memory();
        return { kind: "memory", id, tensors: numTensors, bytes: numBytes };
      }
      case "close":
        model.dispose();
        return { kind: "closed", id };
    }
  } catch (error) {
    return { kind: "failed", id, reason: (error as Error).message };
  }
}

/** One call of the TensorFlow session. Every tensor, fed or fetched, is gone when it returns. */
function run(tf: Tfjs, model: LoadedModel, feeds: readonly Feed[], fetches: readonly string[]): HostTensor[] {
  let tensors: HostTensor[] = [];
  // Nothing is returned to `tidy`: it would look for tensors among the numbers, one by one, and give up at 2^24 of them.
  tf.tidy(() => {
    const inputs = feeds.map((feed) => tf.tensor(feed.data, feed.shape, tensorTypes[feed.dtype]));
    const infos = feeds.map((feed) => ({ name: `${feed.node}:0` }));
    const outputs = tf.backend().runSavedModel(
      model.sessionId,
      inputs,
      infos,
      fetches.map((node) => `${node}:0`),
    );
    tensors = outputs.map((output) => ({
      dtype: hostTypes[output.dtype],
      shape: output.shape,
      data: output.dataSync(),
    }));
  });
  return tensors;
}

const port = parentPort;
if (port) {
  serve(port, workerData as WorkerSetup).catch((error: Error) => {
    port.postMessage({ kind: "unloadable", reason: error.message } satisfies WorkerReply);
  });
}
