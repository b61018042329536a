/** A plain pickle of numpy arrays, as Detectron and Detectron2 write their models. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { ByteFile } from "./byte-file.ts";
import { weightRules } from "./pickle-globals.ts";
import { tensorsOf } from "./state-dict.ts";
import { unpickle } from "./unpickle.ts";
import type { WeightContent } from "./weight-file.ts";

/** The arrays lie in the pickle itself, which is read as a whole. */
const mostBytes = 2 ** 31 - 1;

export async function openNumpyPickle(file: ByteFile): Promise<Result<WeightContent>> {
  if (file.size > mostBytes) {
    const values = {
      file: file.name,
      at: 0,
      problem: `it has ${file.size} bytes; expected at most ${mostBytes}`,
    };
    return { diagnostics: [diagnose(weightsCodes, "weights/pickle", values)] };
  }
  const bytes = await file.read(0, file.size);
  const { value: read, diagnostics } = unpickle(bytes, weightRules(bytes.length), file.name);
  if (!read) return { diagnostics };
  const { value: tensors, diagnostics: found } = tensorsOf(read.value, file.name);
  if (!tensors) return { diagnostics: found };
  return { value: { format: "pickle of numpy arrays", tensors, metadata: {} }, diagnostics: [] };
}
