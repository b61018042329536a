/** Batches that no back end could hold, told before anything is built. */
import { compileCodes } from "../diagnostics/codes/compile.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import type { Functions } from "./buckets.ts";

/** Numbers in one tensor. */
const mostElements = 2 ** 31 - 1;

/** At most one: a batch of images that no back end could hold, which would be found out only after long. */
export function tooLarge({ places }: Model, { train = {}, predict = {} }: Functions): readonly Diagnostic[] {
  const buckets = [...Object.values(train), ...Object.values(predict)];
  const wrong = buckets.find(({ batch, height, width }) => batch * height * width * 3 > mostElements);
  if (!wrong) return [];
  const span = places["train.batch"] ?? places.train ?? places.input;
  return [diagnose(compileCodes, "compile/too-large", wrong, span ? { span } : {})];
}
