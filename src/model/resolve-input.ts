/** The input of a model: sizes for training and test, and what is done to the pixels. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { known, orHole, part, unknown } from "./holes.ts";
import type { InputModel } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { placeOf, type SectionView } from "./section.ts";
import { largestOf } from "./train-model.ts";

export function resolveInput(view: SectionView, { report }: Resolving): InputModel {
  const { values } = view;
  const trainShortest = part(() => sizesOf(values.shortest!));
  // Which of the two is wrong is not known where they conflict; what is said of images of one size follows from it.
  const longest = part(() => {
    const side = values.longest as number;
    const largest = known(() => largestOf(trainShortest())) ?? side;
    if (side >= largest) return side;
    const related = [{ message: "`shortest` is set here", span: placeOf(view, "shortest") }];
    const where = { span: placeOf(view, "longest"), related };
    report(diagnose(modelCodes, "model/sides", { shortest: largest, longest: side }, where));
    return unknown();
  });
  const normalization = part(() => normalizationOf(values.normalize!));
  return {
    shortest: orHole(() => {
      const sizes = trainShortest();
      return sizes.kind === "range" ? sizes.to : sizes.sizes.at(-1)!;
    }),
    trainShortest: orHole(trainShortest),
    longest: orHole(longest),
    multiple: orHole(() => values.multiple as number),
    scale: orHole(() => normalization().scale),
    mean: orHole(() => normalization().mean),
    deviation: orHole(() => normalization().deviation),
    order: orHole(() => normalization().order),
    flip: orHole(() => values.flip as number),
    jitter: orHole(() => values.jitter as unknown as InputModel["jitter"]),
    crop: orHole(() => cropOf(values.crop!)),
  };
}

const cropOf = (value: PlainValue): InputModel["crop"] =>
  Array.isArray(value) ? { height: value[0] as number, width: value[1] as number } : null;

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
