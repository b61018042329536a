/** Training in steps: lengths in images, fractions of the run and rates by the batch become numbers of this batch. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { OptimizerModel, ScheduleModel, TrainModel } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { type SectionView, settingOf, subsection } from "./section.ts";

/** 90,000 steps of 16 images: the schedule that papers call 1x. */
const defaultImages = 1_440_000;

export function resolveTrain(model: SectionView, resolving: Resolving): Omit<TrainModel, "frozen"> {
  const view = subsection(model, "train", resolving);
  const { optimizer, schedule, clip } = view.values as Readonly<
    Record<string, { readonly [key: string]: PlainValue }>
  >;
  const batch = view.values.batch as number;
  const steps = stepsOf(view, batch, resolving);
  const rate = view.values.rate as { readonly value: number; readonly images: number | null };
  return {
    batch,
    steps,
    optimizer: optimizer as unknown as OptimizerModel,
    rate: rate.images === null ? rate.value : (rate.value * batch) / rate.images,
    schedule: scheduleOf(schedule!, steps, batch),
    clip: (clip ?? null) as unknown as number | null,
    freezeStatistics: view.values.freezeStatistics as boolean,
  };
}

function scheduleOf(
  schedule: { readonly [key: string]: PlainValue },
  steps: number,
  batch: number,
): ScheduleModel {
  const warm = {
    warmup: stepsIn(schedule.warmup!, batch),
    warmupFrom: (schedule.warmupFrom ?? null) as number | null,
  };
  if (schedule.kind === "cosine") return { kind: "cosine", end: schedule.end as number, ...warm };
  const at = (schedule.at as readonly PlainValue[]).map((moment) => stepOf(moment, steps, batch));
  return { kind: "steps", at, factor: schedule.factor as number, ...warm };
}

/** The first step at or behind a moment. Fractions are rounded with a margin for what doubles cannot hold. */
const stepOf = (moment: PlainValue, steps: number, batch: number): number =>
  typeof moment === "number" ? Math.ceil(moment * steps - 1e-6) : stepsIn(moment, batch);

/** A count of images is as many steps as see them. */
function stepsIn(count: PlainValue, batch: number): number {
  const { iterations, images } = count as { readonly iterations?: number; readonly images?: number };
  return iterations ?? Math.ceil(images! / batch);
}

/** Of `images` and `steps`, the one that the later text sets. */
function stepsOf(view: SectionView, batch: number, { spec, report }: Resolving): number {
  const images = settingOf(view, "images");
  const steps = settingOf(view, "steps");
  if (images && steps && images.span.source === steps.span.source) {
    const related = [{ message: "and here", span: steps.span }];
    report(diagnose(modelCodes, "model/two-lengths", {}, { span: images.span, related }));
  }
  const later =
    images && steps && spec.sources.indexOf(images.span.source) > spec.sources.indexOf(steps.span.source);
  if (steps && !later) return view.values.steps as number;
  return Math.ceil(((view.values.images as number | undefined) ?? defaultImages) / batch);
}
