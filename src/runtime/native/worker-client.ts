/** Starts the worker thread and turns its messages into promises. */
import { SHARE_ENV, Worker, type WorkerOptions } from "node:worker_threads";
import type { HostTensor } from "../session.ts";
import type { Feed, WorkerReply, WorkerRequest, WorkerSetup } from "./protocol.ts";

export interface WorkerClient {
  /** TensorFlow computes on a GPU, and a product that it computed there was right. */
  readonly gpu: boolean;
  /** Buffers of the feeds move to the worker. */
  run(feeds: readonly Feed[], fetches: readonly string[]): Promise<readonly HostTensor[]>;
  memory(): Promise<{ readonly tensors: number; readonly bytes: number }>;
  close(): Promise<void>;
}

/** TensorFlow, or the add-on, refused; the message is its own. */
export class NativeFailure extends Error {
  override readonly name = "NativeFailure";
}

interface Pending {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (failure: NativeFailure) => void;
}

/** Throws a `NativeFailure` where the add-on or the model does not load. */
export async function startWorker(setup: WorkerSetup): Promise<WorkerClient> {
  const worker = createWorker(setup);
  const pending = new Map<number, Pending>();
  const failAll = (failure: NativeFailure): void => {
    for (const { reject } of pending.values()) reject(failure);
    pending.clear();
  };
  const first = new Promise<WorkerReply>((resolve, reject) => pending.set(0, { resolve, reject }));
  worker.on("error", (error) => failAll(new NativeFailure(error.message)));
  worker.on("exit", (code) => failAll(new NativeFailure(`the worker thread ended with code ${code}`)));
  worker.on("message", (reply: WorkerReply) => {
    const id = "id" in reply ? reply.id : 0;
    settle(pending.get(id), reply);
    pending.delete(id);
    // An idle worker does not keep the process alive.
    if (pending.size === 0) worker.unref();
  });
  const ready = await first.catch(async (failure) => {
    await worker.terminate();
    throw failure;
  });
  return clientOf(worker, pending, ready.kind === "ready" && ready.gpu);
}

function settle(waiting: Pending | undefined, reply: WorkerReply): void {
  if (reply.kind === "failed" || reply.kind === "unloadable")
    waiting?.reject(new NativeFailure(reply.reason));
  else waiting?.resolve(reply);
}

function clientOf(worker: Worker, pending: Map<number, Pending>, gpu: boolean): WorkerClient {
  let last = 0;
  let open = true;
  const ask = async (
    request: (id: number) => WorkerRequest,
    moved: readonly ArrayBuffer[],
  ): Promise<WorkerReply> => {
    if (!open) throw new NativeFailure("the session is closed");
    const id = ++last;
    worker.ref();
    const reply = new Promise<WorkerReply>((resolve, reject) => pending.set(id, { resolve, reject }));
    worker.postMessage(request(id), moved);
    return reply;
  };
  return {
    gpu,
    async run(feeds, fetches) {
      const buffers = feeds.map((feed) => feed.data.buffer as ArrayBuffer);
      const reply = await ask((id) => ({ id, kind: "run", feeds, fetches }), buffers);
      return reply.kind === "tensors" ? reply.tensors : [];
    },
    async memory() {
      const reply = await ask((id) => ({ id, kind: "memory" }), []);
      return reply.kind === "memory"
        ? { tensors: reply.tensors, bytes: reply.bytes }
        : { tensors: 0, bytes: 0 };
    },
    async close() {
      if (!open) return;
      await ask((id) => ({ id, kind: "close" }), []);
      open = false;
      await worker.terminate();
    },
  };
}

/** The worker stands beside this file: JavaScript in a build; in a checkout TypeScript, which tsx, a development dependency, loads. */
function createWorker(setup: WorkerSetup): Worker {
  // A thread's own copy of the environment would not reach TensorFlow.
  const options: WorkerOptions = { workerData: setup, env: SHARE_ENV };
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./worker.js", import.meta.url), options);
  const loader = import.meta.resolve("tsx/esm/api");
  const file = new URL("./worker.ts", import.meta.url).href;
  const bootstrap = `import(${JSON.stringify(loader)}).then((tsx) => tsx.tsImport(${JSON.stringify(file)}, ${JSON.stringify(file)}))`;
  return new Worker(bootstrap, { ...options, eval: true });
}
