/** The header of a safetensors file, read with every rule of the format checked. */
import { checkpointCodes } from "../diagnostics/codes/checkpoint.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { itemSizes, type NumberType } from "./number-types.ts";
import { mostAxes } from "./source-tensor.ts";

export interface Header {
  /** Offset of the data in the file. */
  readonly start: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

/** A tensor: bytes `begin` to `end` of the data. */
export interface Entry {
  readonly name: string;
  readonly dtype: NumberType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Names of the types in the file. */
export const typeNames: Readonly<Record<NumberType, string>> = {
  f64: "F64",
  f32: "F32",
  f16: "F16",
  bf16: "BF16",
  i64: "I64",
  i32: "I32",
  i16: "I16",
  i8: "I8",
  u8: "U8",
  bool: "BOOL",
};

/** Room for a hundred thousand tensors. */
const headerLimit = 16_000_000;

const typesByName = new Map(Object.entries(typeNames).map(([type, name]) => [name, type as NumberType]));

/** Length of the header from the first eight bytes of a file of `size` bytes, or the diagnostic. */
export function headerLength(head: Uint8Array, size: number, file: string): Result<number> {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const limit = Math.max(2, Math.min(headerLimit, size - 8));
  const length = head.length < 8 ? head.length : Number(view.getBigUint64(0, true));
  if (size < 10 || length < 2 || length > limit) {
    const values = { file, size: length, limit };
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/header-size", values)] };
  }
  return { value: length, diagnostics: [] };
}

/** Reads `text`, the header of a file of `size` bytes whose tensors may be of `types`. */
export function readHeader(
  text: Uint8Array,
  size: number,
  file: string,
  types: readonly NumberType[],
): Result<Header> {
  const broken = (problem: string) => ({
    diagnostics: [diagnose(checkpointCodes, "checkpoint/header-text", { file, problem })],
  });
  const json = parseJson(text);
  if (!isRecord(json)) return broken("it is not a JSON object in UTF-8");
  const { __metadata__: metadata = {}, ...rest } = json;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string"))
    return broken("`__metadata__` must map text to text");
  const start = 8 + text.length;
  const diagnostics: Diagnostic[] = [];
  const entries: Entry[] = [];
  for (const [name, description] of Object.entries(rest)) {
    const entry = readEntry(name, description, types);
    if (typeof entry !== "string") entries.push(entry);
    else
      diagnostics.push(
        diagnose(checkpointCodes, "checkpoint/tensor", { file, tensor: name, problem: entry }),
      );
  }
  const gap = diagnostics.length ? undefined : firstGap(entries, size - start);
  if (gap !== undefined)
    diagnostics.push(diagnose(checkpointCodes, "checkpoint/gap", { file, at: start + gap }));
  if (diagnostics.length) return { diagnostics };
  return { value: { start, metadata: metadata as Record<string, string>, entries }, diagnostics };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.startsWith("{") ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** The entry, or what is wrong with it. */
function readEntry(name: string, description: unknown, types: readonly NumberType[]): Entry | string {
  if (!isRecord(description)) return "its description is not an object";
  const { dtype, shape, data_offsets: offsets } = description;
  const type = typeof dtype === "string" ? typesByName.get(dtype) : undefined;
  if (!type || !types.includes(type)) {
    const names = types.map((each) => typeNames[each]);
    return `its type is \`${String(dtype)}\`; expected ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  }
  if (!isSizes(shape) || shape.length > mostAxes)
    return `its shape is not a list of up to ${mostAxes} whole numbers`;
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    return "its `data_offsets` are not a begin and an end";
  const [begin, end] = offsets as [number, number];
  const expected = shape.reduce((product, size) => product * size, 1) * itemSizes[type];
  if (end - begin !== expected)
    return `it has ${end - begin} bytes; shape [${shape}] of ${dtype} needs ${expected}`;
  return { name, dtype: type, shape, begin, end };
}

/** The first byte that no entry or more than one covers; undefined where they tile the data. */
function firstGap(entries: readonly Entry[], length: number): number | undefined {
  let at = 0;
  for (const { begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) return Math.min(begin, at);
    at = end;
  }
  return at === length ? undefined : Math.min(at, length);
}
