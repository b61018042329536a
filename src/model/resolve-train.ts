/** Training in steps: lengths in images, fractions of the run and rates by the batch become numbers of this batch. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { orHole, part, unknown } from "./holes.ts";
import type { OptimizerModel, ScheduleModel, TrainModel } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { runLengths } from "./run-length.ts";
import { placeOf, type SectionView, subsection } from "./section.ts";

/** 90,000 steps of 16 images: the schedule that papers call 1x. */
const defaultImages = 1_440_000;

/** How counts become steps: images a step, and images an epoch. */
interface Pace {
  readonly batch: number;
  readonly epoch: () => number;
}

export function resolveTrain(model: SectionView, resolving: Resolving): Omit<TrainModel, "frozen"> {
  const view = subsection(model, "train", resolving);
  const { values } = view;
  const batch = part(() => values.batch as number);
  const epoch = part(() => epochOf(view, resolving));
  const pace = part((): Pace => ({ batch: batch(), epoch }));
  const steps = part(() => stepsOf(view, pace, resolving));
  const rate = part(() => values.rate as { readonly value: number; readonly images: number | null });
  const component = (key: string) => values[key] as { readonly [key: string]: PlainValue } | undefined;
  return {
    batch: orHole(batch),
    steps: orHole(steps),
    optimizer: orHole(() => component("optimizer") as unknown as OptimizerModel),
    rate: orHole(() => {
      const { value, images } = rate();
      return images === null ? value : (value * batch()) / images;
    }),
    schedule: orHole(() => scheduleOf(component("schedule")!, steps(), pace())),
    clip: orHole(() => (component("clip") ?? null) as unknown as number | null),
    freezeStatistics: orHole(() => values.freezeStatistics as boolean),
  };
}

function scheduleOf(
  schedule: { readonly [key: string]: PlainValue },
  steps: number,
  pace: Pace,
): ScheduleModel {
  const warm = {
    warmup: stepsIn(schedule.warmup!, pace),
    warmupFrom: (schedule.warmupFrom ?? null) as number | null,
  };
  if (schedule.kind === "cosine") return { kind: "cosine", end: schedule.end as number, ...warm };
  const at = (schedule.at as readonly PlainValue[]).map((moment) => stepOf(moment, steps, pace));
  return { kind: "steps", at, factor: schedule.factor as number, ...warm };
}

/** The first step at or behind a moment. Fractions are rounded with a margin for what doubles cannot hold. */
const stepOf = (moment: PlainValue, steps: number, pace: Pace): number =>
  typeof moment === "number" ? Math.ceil(moment * steps - 1e-6) : stepsIn(moment, pace);

/** A count of images is as many steps as see them. */
function stepsIn(count: PlainValue, { batch, epoch }: Pace): number {
  const { iterations, images, epochs } = count as {
    readonly [K in "iterations" | "images" | "epochs"]?: number;
  };
  return iterations ?? Math.ceil((images ?? epochs! * epoch()) / batch - 1e-6);
}

/** What is written in epochs, where the text does not say what an epoch is, has no length. */
function epochOf(view: SectionView, { report }: Resolving): number {
  const { epoch, epochs, schedule } = view.values;
  if (epoch !== undefined) return epoch as number;
  const { at = [], warmup } = schedule as {
    readonly at?: readonly PlainValue[];
    readonly warmup: PlainValue;
  };
  const isInEpochs = (value: PlainValue): boolean =>
    typeof value === "object" && value !== null && "epochs" in value;
  const key = epochs !== undefined ? "epochs" : "schedule";
  if (key !== "epochs" && ![...at, warmup].some(isInEpochs)) return 1;
  report(diagnose(modelCodes, "model/no-epoch", {}, { span: placeOf(view, key) }));
  return unknown();
}

function stepsOf(view: SectionView, pace: () => Pace, { spec, report }: Resolving): number {
  const [last, other] = runLengths(view.block?.entries ?? [], spec);
  if (last && other && last.order === other.order) {
    const [first, second] = other.span.start < last.span.start ? [other, last] : [last, other];
    const related = [{ message: "and here", span: second.span }];
    const values = { first: first.key, second: second.key };
    report(diagnose(modelCodes, "model/two-lengths", values, { span: first.span, related }));
  }
  if (last?.key === "steps") return view.values.steps as number;
  const key = last?.key ?? "images";
  return stepsIn({ [key]: (view.values[key] as number | undefined) ?? defaultImages }, pace());
}
