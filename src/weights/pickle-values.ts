/** What our unpickler can make: plain data, and tensors. */
import type { NumberType } from "./number-types.ts";
import type { SourceTensor, Storage } from "./source-tensor.ts";

export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | { readonly kind: "bytes"; readonly data: Uint8Array }
  | { readonly kind: "tuple" | "list" | "set"; readonly items: Pickled[] }
  /** Keys that are neither texts nor numbers are left out. */
  | { readonly kind: "dict"; readonly entries: Map<string, Pickled> }
  /** A name that stands for a class or a function, which is never looked up. */
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "dtype"; readonly of: NumberType; bigEndian: boolean }
  | { readonly kind: "storage"; readonly storage: Storage }
  | { readonly kind: "tensor"; readonly tensor: SourceTensor }
  /** An array of numpy, which `BUILD` fills. */
  | { readonly kind: "array"; tensor: SourceTensor | undefined };

export interface Refused {
  readonly kind: "refused";
  readonly problem: string;
}

export const refused = (problem: string): Refused => ({ kind: "refused", problem });

export const isRefused = (value: Pickled | Refused | undefined): value is Refused =>
  typeof value === "object" && value?.kind === "refused";

/** What one name of a pickle may do; a name without a row is refused. */
export interface GlobalRule {
  /** Its call, as a class or a function; absent where it is only mentioned. */
  readonly call?: (args: readonly Pickled[]) => Pickled | Refused;
}

export type GlobalRules = Readonly<Record<string, GlobalRule>>;

/** Longer than any name, shorter than what would take time to read again and again. */
const longestName = 4096;
const mostSizes = 64;

/** A name; texts of Python 2 are bytes. */
export function textOf(value: Pickled | undefined): string | undefined {
  if (typeof value === "string") return value.length <= longestName ? value : undefined;
  const isBytes = typeof value === "object" && value?.kind === "bytes" && value.data.length <= longestName;
  return isBytes ? Buffer.from(value.data).toString("latin1") : undefined;
}

/** Sizes or strides. */
export function numbersOf(value: Pickled | undefined): readonly number[] | undefined {
  if (typeof value !== "object" || (value?.kind !== "tuple" && value?.kind !== "list")) return undefined;
  const { items } = value;
  const isShort = items.length <= mostSizes;
  return isShort && items.every((item) => typeof item === "number") ? items : undefined;
}
