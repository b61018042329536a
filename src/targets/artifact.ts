/** What targets emit and the runtime opens: plain data and bytes. */
import type { DType, Graph, GraphParameter } from "../ir/types.ts";

/** All functions of one compiled model over the same state. */
export interface Program {
  readonly name: string;
  /** `predict`, `train_step`, ...; parameters of the same name are the same variable. */
  readonly functions: Readonly<Record<string, Graph>>;
}

export interface TensorSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly summary: string;
}

export interface StateSpec {
  readonly name: string;
  readonly role: GraphParameter["role"];
  readonly shape: readonly number[];
  readonly initializer: GraphParameter["initializer"];
}

export interface FunctionSpec {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Written beside a saved model as `signatures.json`, for whoever loads it without this tool. */
export interface Signatures {
  readonly name: string;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly state: readonly StateSpec[];
}

/** An ordered list of kernel calls; slots are numbered places for tensors. */
export interface KernelPlan {
  readonly kind: "kernel-plan";
  readonly signatures: Signatures;
  readonly functions: Readonly<Record<string, PlanFunction>>;
}

export interface PlanFunction {
  readonly inputs: readonly { readonly name: string; readonly slot: number }[];
  readonly parameters: readonly { readonly name: string; readonly slot: number }[];
  /** Constants are made once when the plan is opened. */
  readonly constants: readonly {
    readonly slot: number;
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }[];
  readonly calls: readonly PlanCall[];
  readonly outputs: readonly { readonly name: string; readonly slot: number }[];
  readonly updates: readonly { readonly parameter: string; readonly slot: number }[];
}

export interface PlanCall {
  /** A stock kernel, or `Rcnn.<op>` for one that the runtime registers. */
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, number | readonly number[]>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly {
    readonly slot: number;
    readonly dtype: DType;
    readonly shape: readonly number[];
  }[];
  /** Slots that no later call reads. */
  readonly release: readonly number[];
}

/** A TensorFlow SavedModel: files by their path in the folder. It never holds weights. */
export interface SavedModel {
  readonly kind: "saved-model";
  readonly signatures: Signatures;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The graphs themselves, for the plain reference interpreter. */
export interface ReferenceProgram {
  readonly kind: "reference";
  readonly signatures: Signatures;
  readonly program: Program;
}

export type Artifact = KernelPlan | SavedModel | ReferenceProgram;
