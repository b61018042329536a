/** A safetensors file of any number types, whose tensors are read when they are asked for. */
import type { Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";
import type { ByteFile } from "./byte-file.ts";
import { itemSizes, type NumberType } from "./number-types.ts";
import { type Entry, headerLength, readHeader, typeNames } from "./safetensors-header.ts";
import { makeTensor, type SourceTensor } from "./source-tensor.ts";
import type { WeightContent } from "./weight-file.ts";

const allTypes = Object.keys(typeNames) as NumberType[];

export async function openSafetensors(file: ByteFile): Promise<Result<WeightContent>> {
  const head = await file.read(0, Math.min(8, file.size));
  const length = headerLength(head, file.size, file.name);
  if (length.value === undefined) return { diagnostics: length.diagnostics };
  const text = await file.read(8, length.value);
  const { value: header, diagnostics } = readHeader(text, file.size, file.name, allTypes);
  if (!header) return { diagnostics };
  const { start, metadata, entries } = header;
  const tensors = new Map(entries.map((entry) => [entry.name, tensorAt(file, start, entry)]));
  return { value: { format: "safetensors", tensors, metadata }, diagnostics: [] };
}

function tensorAt(file: ByteFile, start: number, { dtype, shape, begin, end }: Entry): SourceTensor {
  const size = itemSizes[dtype];
  const tensor = makeTensor(
    {
      dtype,
      count: (end - begin) / size,
      read: (first, count) => file.read(start + begin + first * size, count * size),
    },
    shape,
  );
  invariant(typeof tensor !== "string", "an entry of a header lies in its own bytes");
  return tensor;
}
