/** A compiled model that runs: the same five verbs on every back end. */
import type { DType } from "../ir/types.ts";
import type { Signatures } from "../targets/artifact.ts";

/** Numbers on the host, row-major. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** A piece of work inside a run: one TensorFlow node, or one call of a kernel plan. */
export interface WorkEvent {
  /** Of the node, the last one where several were fused into it; of a plan, the index of the call. */
  readonly name: string;
  /** The TensorFlow op, or the kernel. */
  readonly kernel: string;
  /** Any number that tells threads apart. */
  readonly thread: number;
  /** Microseconds, from the first event on. */
  readonly start: number;
  readonly duration: number;
}

export interface WatchedRun {
  readonly outputs: HostTensors;
  readonly events: readonly WorkEvent[];
}

export interface Session {
  /** `native`, `wasm`, `cpu` or `reference`. */
  readonly backend: string;
  readonly signatures: Signatures;
  /** Sets variables by name. */
  write(state: HostTensors): Promise<void>;
  /** Copies of variables; all of them unless named. */
  read(names?: readonly string[]): Promise<HostTensors>;
  /** Runs a function once. Throws a `RuntimeFault` where a feed's name, dtype or shape is not the signature's. */
  run(name: string, feeds: HostTensors): Promise<HostTensors>;
  /** As `run`, and tells what was computed when. Absent where a back end cannot tell; throws a `RuntimeFault` where a part is missing. */
  watch?(name: string, feeds: HostTensors): Promise<WatchedRun>;
  /** What is held between runs. */
  memory(): Promise<{ readonly tensors: number; readonly bytes: number }>;
  close(): Promise<void>;
}
