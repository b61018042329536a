/** Starts the plain JavaScript back end of TensorFlow.js, once a process. */
import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js";
import { elementsOf } from "../feeds.ts";
import { createHeap, type Heap, stockType, type View } from "../heap.ts";

export async function startCpu(): Promise<Heap> {
  const core = await import("@tensorflow/tfjs-core");
  // Else the back end advertises tfjs-node on standard error.
  core.env().set("PROD", true);
  await import("@tensorflow/tfjs-backend-cpu");
  if (!("cpu" in core.engine().registry)) await core.setBackend("cpu");
  const backend = core.engine().registry.cpu as MathBackendCPU;
  return createHeap(core, "cpu", backend, {
    make: ({ dtype, shape }) => {
      const values = new arrayTypes[dtype](elementsOf(shape));
      const { dataId } = backend.makeTensorInfo([...shape], stockType(dtype), values);
      return { dataId, dtype, shape };
    },
    // Not `readSync`, which gives a copy of what is bool.
    view: ({ dataId }) => backend.data.get(dataId).values as View,
  });
}

const arrayTypes = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;
