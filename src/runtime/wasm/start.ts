/** Starts the WebAssembly back end of TensorFlow.js, once a process. */
import { availableParallelism } from "node:os";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { elementsOf } from "../feeds.ts";
import { createHeap, type Heap, stockType, type Tensor } from "../heap.ts";
import { createThreadedBackend } from "./threads.ts";

type Core = typeof import("@tensorflow/tfjs-core");

export interface WasmOptions {
  /** One for each processor unless given; as it was first started where it runs already. */
  readonly threads?: number | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

/** The build has eight workers. */
const mostThreads = 8;

export async function startWasm(options: WasmOptions = {}): Promise<Heap> {
  const core = await import("@tensorflow/tfjs-core");
  if (!("wasm" in core.engine().registry)) await startBackend(core, options);
  const backend = core.engine().registry.wasm as BackendWasm;
  return createHeap(core, "wasm", backend, {
    make: ({ dtype, shape }) => {
      const { dataId } = backend.makeOutput([...shape], stockType(dtype));
      return { dataId, dtype, shape };
    },
    view: (tensor) => viewOf(backend, tensor),
  });
}

async function startBackend(core: Core, { threads, log }: WasmOptions): Promise<void> {
  const listeners = crashListeners();
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  const count = Math.min(threads ?? availableParallelism(), mostThreads);
  if (count > 1) {
    try {
      const backend = await createThreadedBackend(wasm, count);
      core.removeBackend("wasm");
      core.registerBackend("wasm", () => backend);
    } catch (error) {
      log?.(
        `wasm runs on one thread: its threads did not start (${error instanceof Error ? error.message : error})`,
      );
    }
  }
  await core.setBackend("wasm");
  dropAddedListeners(listeners);
}

const crashEvents = ["uncaughtException", "unhandledRejection"] as const;

type Listeners = ReadonlyMap<(typeof crashEvents)[number], readonly unknown[]>;

const crashListeners = (): Listeners =>
  new Map(crashEvents.map((event) => [event, process.rawListeners(event)]));

/** The build adds listeners that end the process its own way, with a page of minified code. */
function dropAddedListeners(before: Listeners): void {
  for (const event of crashEvents) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)!.includes(listener)) process.removeListener(event, listener as () => void);
    }
  }
}

function viewOf(backend: BackendWasm, { dataId, dtype, shape }: Tensor): ReturnType<Heap["view"]> {
  const offset = backend.getMemoryOffset(dataId);
  // The package's types leave out the heap of the module.
  const { buffer } = (backend.wasm as unknown as { HEAPU8: Uint8Array<ArrayBuffer> }).HEAPU8;
  const size = elementsOf(shape);
  if (dtype === "f32") return new Float32Array(buffer, offset, size);
  return dtype === "i32" ? new Int32Array(buffer, offset, size) : new Uint8Array(buffer, offset, size);
}
