/** Starts the WebAssembly back end of TensorFlow.js, once a process. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { elementsOf } from "../feeds.ts";
import { createHeap, type Heap, stockType, type Tensor } from "../heap.ts";

export async function startWasm(): Promise<Heap> {
  const core = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-wasm");
  await core.setBackend("wasm");
  const backend = core.engine().findBackend("wasm") as BackendWasm;
  return createHeap(core, "wasm", backend, {
    make: ({ dtype, shape }) => {
      const { dataId } = backend.makeOutput([...shape], stockType(dtype));
      return { dataId, dtype, shape };
    },
    view: (tensor) => viewOf(backend, tensor),
  });
}

function viewOf(backend: BackendWasm, { dataId, dtype, shape }: Tensor): ReturnType<Heap["view"]> {
  const offset = backend.getMemoryOffset(dataId);
  // The package's types leave out the heap of the module.
  const { buffer } = (backend.wasm as unknown as { HEAPU8: Uint8Array<ArrayBuffer> }).HEAPU8;
  const size = elementsOf(shape);
  if (dtype === "f32") return new Float32Array(buffer, offset, size);
  return dtype === "i32" ? new Int32Array(buffer, offset, size) : new Uint8Array(buffer, offset, size);
}
