/** The input of a model: sizes for training and test, and what is done to the pixels. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { InputModel } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { placeOf, type SectionView } from "./section.ts";
import { largestRule } from "./train-model.ts";

export function resolveInput(view: SectionView, { report }: Resolving): InputModel {
  const { longest, multiple, flip, normalize } = view.values;
  const trainShortest = sizesOf(view.values.shortest!);
  const shortest = trainShortest.kind === "range" ? trainShortest.to : trainShortest.sizes.at(-1)!;
  const input: InputModel = {
    shortest,
    trainShortest,
    longest: longest as number,
    multiple: multiple as number,
    ...normalizationOf(normalize!),
    flip: flip as number,
  };
  const { shortest: largest } = largestRule(input);
  if (input.longest < largest) {
    const related = [{ message: "`shortest` is set here", span: placeOf(view, "shortest") }];
    const values = { shortest: largest, longest: input.longest };
    report(diagnose(modelCodes, "model/sides", values, { span: placeOf(view, "longest"), related }));
  }
  return input;
}

function sizesOf(value: PlainValue): InputModel["trainShortest"] {
  if (typeof value === "number") return { kind: "choice", sizes: [value] };
  if (Array.isArray(value)) return { kind: "choice", sizes: value as readonly number[] };
  return { kind: "range", ...(value as { readonly from: number; readonly to: number }) };
}

type Normalization = Pick<InputModel, "scale" | "mean" | "deviation" | "order">;

const unchanged: Normalization = { scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1], order: "rgb" };

/** `none` leaves pixels as they are; a record says all of it. */
function normalizationOf(value: PlainValue): Normalization {
  if (value === null) return unchanged;
  const { scale, mean, deviation, order } = value as unknown as Normalization;
  return { scale, mean, deviation, order };
}
