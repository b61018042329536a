/** The intermediate representation: typed static single assignment, immutable. */
import type { Span } from "../diagnostics/span.ts";

export type DType = "f32" | "i32" | "bool";

/** Static shape; images are `[N, H, W, C]`. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export type ValueId = number & { readonly __brand: "ValueId" };

/** The result of one node, or a leaf of the graph. Made by a builder only. */
export interface Value {
  readonly id: ValueId;
  readonly type: TensorType;
}

/** Where a node comes from: a place in a config, or the pass or component that made it and what it came from. */
export type Origin =
  | { readonly kind: "source"; readonly path: string; readonly span: Span }
  | { readonly kind: "made"; readonly by: string; readonly from?: Origin };

export type Attribute =
  | number
  | boolean
  | string
  | readonly number[]
  | readonly (readonly number[])[]
  | Float32Array
  | Int32Array
  | Uint8Array;
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  readonly origin: Origin;
}

/** Data that the caller feeds at each run. */
export interface GraphInput {
  readonly name: string;
  readonly value: Value;
  readonly summary: string;
}

/**
 * State that lives between runs. `weight` is trained, `statistic` is a running mean or variance,
 * `frozen` never changes, `slot` belongs to the optimizer.
 */
export interface GraphParameter {
  readonly name: string;
  readonly role: "weight" | "statistic" | "frozen" | "slot";
  readonly value: Value;
  /** How the host fills it at step 0, with the fans that its law needs. */
  readonly initializer: ParameterInitializer;
  readonly origin: Origin;
}

export type ParameterInitializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly deviation: number }
  /** Drawn again until within two deviations of 0. */
  | { readonly kind: "truncatedNormal"; readonly deviation: number }
  | { readonly kind: "uniform"; readonly bound: number }
  /** The hat of bilinear interpolation over [height, width], where the two kinds of channels are the same, counted over all groups; else 0. */
  | { readonly kind: "bilinear"; readonly groups: number };

/** After a run, the parameter named `parameter` holds `value`. */
export interface Update {
  readonly parameter: string;
  readonly value: Value;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly parameters: readonly GraphParameter[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly { readonly name: string; readonly value: Value; readonly summary: string }[];
  readonly updates: readonly Update[];
}
