/** What an op is: its shape rule, its plain reference, its gradient, and its mapping to each target, in one value. */
import type { Attribute, Attributes, DType, TensorType, Value } from "../ir/types.ts";
import type { Builder } from "./builder.ts";

/** Numbers of a tensor in row-major order. Laws run references in `Float64Array`; bool is 0 or 1. */
export interface TensorData {
  readonly type: TensorType;
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

export interface InputDef {
  /** A name that begins with `...` takes any number of values; only the first input may. */
  readonly name: string;
  /**
   * `differentiable`: the vjp gives its gradient. `stop`: zero by definition, with its source in `reason`.
   * `none`: no gradient exists; a loss path through it without `stopGradient` is an error.
   */
  readonly gradient: "differentiable" | "stop" | "none";
  readonly reason?: string;
}

/** Thrown by `infer` with the label of the constraint that fails; the builder and the verifier translate it. */
export class ConstraintViolation extends Error {
  override readonly name = "ConstraintViolation";
  readonly label: string;
  constructor(label: string, detail: string) {
    super(`${label}: ${detail}`);
    this.label = label;
  }
}

export function constrain(condition: unknown, label: string, detail: string): asserts condition {
  if (!condition) throw new ConstraintViolation(label, detail);
}

export interface NodeView<A = Attributes> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
}

/** A stock TensorFlow.js kernel: which operand goes by which name, and its attributes. */
export interface TfjsKernel<A = Attributes> {
  readonly kernel: string;
  /** Names of the kernel's operands, in the order of the op's inputs; `["..."]` for a list (Concat, Pack). */
  readonly inputs: readonly string[];
  readonly attributes?: Functions<A>["tfjsAttributes"];
}

/** Reference to an output of a TensorFlow node: `name` or `name:1`. */
export type TensorflowRef = string & { readonly __brand: "TensorflowRef" };

/** Types that nodes name; values of a graph have those of `DType`. */
export type TensorflowType = DType | "i64" | "bf16";

export type TensorflowAttribute =
  | { readonly type: TensorflowType }
  | { readonly types: readonly TensorflowType[] }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly shape: readonly number[] };

/** Writes TensorFlow nodes; implemented by the saved-model target, which alone knows protobuf. */
export interface TensorflowWriter {
  /** Adds a node of TensorFlow op `op`; gives its outputs, `count` of them (1 unless told). */
  node(
    op: string,
    inputs: readonly TensorflowRef[],
    attributes?: Readonly<Record<string, TensorflowAttribute>>,
    count?: number,
  ): TensorflowRef[];
  /** A `Const` node. */
  constant(dtype: DType, shape: readonly number[], data: ArrayLike<number>): TensorflowRef;
  /** Keeps outputs that are no values of the graph, for the mapping of an op that takes `reference`. */
  attach(reference: TensorflowRef, others: readonly TensorflowRef[]): void;
  /** What was attached to `reference`. */
  attached(reference: TensorflowRef): readonly TensorflowRef[] | undefined;
}

/** Written as methods, so that an op whose attributes are typed can stand where any op may. */
interface Functions<A, O extends readonly TensorType[] = readonly TensorType[]> {
  infer(inputs: readonly TensorType[], attributes: A): O;
  reference(inputs: readonly TensorData[], attributes: A, outputs: readonly TensorData[]): void;
  vjp(
    builder: Builder,
    node: NodeView<A>,
    gradients: readonly (Value | undefined)[],
  ): readonly (Value | undefined)[];
  cost(inputs: readonly TensorType[], outputs: readonly TensorType[], attributes: A): number;
  tensorflow(
    writer: TensorflowWriter,
    inputs: readonly TensorflowRef[],
    node: NodeView<A>,
  ): readonly TensorflowRef[];
  tfjsAttributes(
    attributes: A,
    inputs: readonly TensorType[],
    outputs: readonly TensorType[],
  ): Readonly<Record<string, unknown>>;
}

export type TensorflowMapping<A = Attributes> = Functions<A>["tensorflow"];

/** One example: feeds every law, and the reference page. */
export interface Sample<A = Attributes> {
  readonly name: string;
  readonly inputs: readonly {
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }[];
  readonly attributes: A;
  /** Near a tie or a jump, so finite differences say nothing. */
  readonly skipGradient?: string;
}

/** Inputs that break the constraint `label`. */
export interface BrokenSample {
  readonly label: string;
  readonly inputs: readonly TensorType[];
  readonly attributes: Attributes;
}

/**
 * `I` names of the inputs, `A` types of the attributes, `O` types of the outputs: from these the builder types the
 * op's method. Each op is annotated with them, since a type inferred from its `vjp` would refer to itself.
 */
export interface OpDef<
  I extends readonly string[] = readonly string[],
  A = Attributes,
  O extends readonly TensorType[] = readonly TensorType[],
> {
  /** Registry key, builder method, IR text and heading, all one. */
  readonly name: string;
  readonly summary: string;
  readonly inputs: { readonly [K in keyof I]: InputDef & { readonly name: I[K] } };
  /** Each attribute with what it means. */
  readonly attributes: Readonly<Record<keyof A & string, string>>;
  /** Operands broadcast by numpy's rules; the builder lets a plain number stand for one. */
  readonly broadcasts?: true;
  /** The count of outputs varies: the builder gives a list, even of one. */
  readonly listOutput?: true;
  /** `C1`, `C2`, ...: what must hold of operands and attributes. */
  readonly constraints: Readonly<Record<string, string>>;
  /** The shape rule. */
  readonly infer: Functions<A, O>["infer"];
  /** Plain loops that fill `outputs`, which come allocated and zeroed: the definition of truth. */
  readonly reference: Functions<A>["reference"];
  /** Gradients of the inputs from those of the outputs (undefined where none flows). `none` where no input is differentiable. */
  readonly vjp: Functions<A>["vjp"] | "none";
  /** Multiply-adds (or plain operations, for ops that have no product) of one run. */
  readonly cost: Functions<A>["cost"];
  /** A stock kernel, or `reference`: the runtime registers the op as a kernel of its own. */
  readonly tfjs: TfjsKernel<A> | "reference";
  readonly tensorflow: TensorflowMapping<A>;
  readonly samples: readonly Sample<A>[];
  readonly broken: readonly BrokenSample[];
}

/** An op with one output, unless told otherwise; `readonly TensorType[]` where their count varies. */
export type Op<
  I extends readonly string[],
  A = NoAttributes,
  O extends readonly TensorType[] = readonly [TensorType],
> = OpDef<I, A, O> & (number extends O["length"] ? { readonly listOutput: true } : unknown);
export type BroadcastOp<I extends readonly string[]> = Op<I> & { readonly broadcasts: true };
export type NoAttributes = Readonly<Record<never, Attribute>>;

export type { Attribute, Attributes, Value };
