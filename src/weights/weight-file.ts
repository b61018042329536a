/** A weight file of any of the formats that we read, told apart by its first bytes. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { type ByteFile, openBytes } from "./byte-file.ts";
import { openNumpyPickle } from "./numpy-pickle.ts";
import { openSafetensors } from "./safetensors-file.ts";
import type { SourceTensor } from "./source-tensor.ts";
import { isLegacyTorch, openLegacyTorch } from "./torch-legacy.ts";
import { openTorchZip } from "./torch-zip.ts";

/** What a reader of one format finds. */
export interface WeightContent {
  /** As the user calls it: `torch (zip)`, `torch (before 1.6)`, `pickle of numpy arrays`, `safetensors`. */
  readonly format: string;
  readonly tensors: ReadonlyMap<string, SourceTensor>;
  /** Texts beside the tensors; only safetensors has them. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface WeightFile extends WeightContent {
  readonly file: ByteFile;
  readonly close: () => Promise<void>;
}

/** The tensors of `path`, whose numbers are read when they are asked for, until `close`. */
export async function openWeights(path: string): Promise<Result<WeightFile>> {
  const { value: file, diagnostics } = await openBytes(path);
  if (!file) return { diagnostics };
  const found = await readContent(file);
  if (!found.value) {
    await file.close();
    return { diagnostics: found.diagnostics };
  }
  return { value: { ...found.value, file, close: file.close }, diagnostics: [] };
}

async function readContent(file: ByteFile): Promise<Result<WeightContent>> {
  const head = await file.read(0, Math.min(64, file.size));
  if (head[0] === 0x50 && head[1] === 0x4b) return openTorchZip(file);
  if (isLegacyTorch(head)) return openLegacyTorch(file);
  // The length of a header, whose upper bytes are 0, and its brace.
  if (head[8] === 0x7b && !head[5] && !head[6] && !head[7]) return openSafetensors(file);
  if (head[0] === 0x80) return openNumpyPickle(file);
  return { diagnostics: [diagnose(weightsCodes, "weights/unknown-format", { file: file.name })] };
}
