/** Tensors on a TensorFlow.js back end without its engine: made, viewed, computed and dropped one by one. */
import type { DataType, KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";
import type { DType, TensorType } from "../ir/types.ts";
import { invariant } from "../support/invariant.ts";
import type { HostTensor } from "./session.ts";

type Core = typeof import("@tensorflow/tfjs-core");

/** A reference to data on the back end. Each tensor is dropped exactly once; data lives while a tensor refers to it. */
export interface Tensor {
  readonly dataId: object;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export type View = Float32Array | Int32Array | Uint8Array;

/** Operands of a stock kernel by name, or a list. */
export type Operands = Readonly<Record<string, Tensor>> | readonly Tensor[];

export interface Heap {
  readonly backend: "wasm" | "cpu";
  /** A tensor of undefined content. */
  make(type: TensorType): Tensor;
  /** The numbers themselves, not a copy. Valid until the next tensor is made, for that may move the heap. */
  view(tensor: Tensor): View;
  /** Runs a stock kernel; its results take the types `outputs`. */
  run(kernel: string, operands: Operands, attributes: object, outputs: readonly TensorType[]): Tensor[];
  /** The same data in another shape. */
  alias(tensor: Tensor, shape: readonly number[]): Tensor;
  drop(tensor: Tensor): void;
  write(host: HostTensor): Tensor;
  /** A copy for the host. */
  read(tensor: Tensor): HostTensor;
  hasKernel(kernel: string): boolean;
  /** Data held on the whole back end, by whichever session. */
  held(): number;
}

/** What differs between back ends. */
export interface Storage {
  readonly make: (type: TensorType) => Tensor;
  readonly view: (tensor: Tensor) => View;
}

const stockTypes: Readonly<Record<DType, DataType>> = { f32: "float32", i32: "int32", bool: "bool" };

export const stockType = (dtype: DType): DataType => stockTypes[dtype];

/** The heap of the started back end `backend` of TensorFlow.js. */
export function createHeap(
  core: Core,
  name: Heap["backend"],
  backend: KernelBackend,
  storage: Storage,
): Heap {
  const { make, view } = storage;
  return {
    backend: name,
    make,
    view,
    run: (kernel, operands, attributes, outputs) => {
      const config = core.getKernel(kernel, name);
      invariant(config, `The back end ${name} has no kernel ${kernel}.`);
      const inputs = stockOperands(operands) as Parameters<typeof config.kernelFunc>[0]["inputs"];
      const attrs = attributes as Parameters<typeof config.kernelFunc>[0]["attrs"] & object;
      const results = config.kernelFunc({ inputs, attrs, backend });
      return takeResults(kernel, Array.isArray(results) ? results : [results], outputs);
    },
    alias: (tensor, shape) => {
      backend.incRef(tensor.dataId);
      return { dataId: tensor.dataId, dtype: tensor.dtype, shape };
    },
    drop: (tensor) => {
      backend.disposeData(tensor.dataId);
    },
    write: ({ dtype, shape, data }) => {
      const tensor = make({ dtype, shape });
      view(tensor).set(data);
      return tensor;
    },
    read: (tensor) => ({ dtype: tensor.dtype, shape: tensor.shape, data: view(tensor).slice() }),
    hasKernel: (kernel) => core.getKernel(kernel, name) !== undefined,
    held: () => backend.numDataIds(),
  };
}

function stockOperands(operands: Operands): object {
  if (Array.isArray(operands)) return operands.map(stockTensor);
  const entries = Object.entries(operands as Readonly<Record<string, Tensor>>);
  return Object.fromEntries(entries.map(([name, tensor]) => [name, stockTensor(tensor)]));
}

// Kernels may write to the shape of an operand, so each gets its own.
const stockTensor = (tensor: Tensor): TensorInfo => ({
  dataId: tensor.dataId,
  shape: [...tensor.shape],
  dtype: stockTypes[tensor.dtype],
});

/** Stock kernels differ in the shapes they report (reductions drop axes); the declared type is what counts. */
function takeResults(
  kernel: string,
  results: readonly TensorInfo[],
  outputs: readonly TensorType[],
): Tensor[] {
  invariant(
    results.length >= outputs.length,
    `${kernel} gave ${results.length} results of ${outputs.length}`,
  );
  return outputs.map((type, index) => {
    const { dataId, dtype } = results[index]!;
    invariant(dtype === stockTypes[type.dtype], `${kernel} gave ${dtype} where ${type.dtype} is declared`);
    return { dataId, dtype: type.dtype, shape: type.shape };
  });
}
