/** How far our stages are from torchvision's. */
import type { Model } from "../../src/model/model.ts";
import type { HostTensors } from "../../src/runtime/session.ts";
import type { Recording } from "./feeds.ts";
import { candidatesAt, candidatesOf, type Differences, differencesOf } from "./suppression.ts";

/** |ours - theirs| / |theirs| in the Euclidean norm, over the rows that are recorded. */
export function relativeError(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  let [error, norm] = [0, 0];
  for (let index = 0; index < theirs.length; index++) {
    error += (ours[index]! - theirs[index]!) ** 2;
    norm += theirs[index]! ** 2;
  }
  return Math.sqrt(error / norm);
}

/** The largest relative error of the outputs that are recorded. */
export const largestError = (outputs: HostTensors, recording: Recording): number =>
  Math.max(
    ...Object.entries(outputs).map(([name, { data }]) => {
      const theirs = recording[name];
      return theirs ? relativeError(data, theirs.data) : 0;
    }),
  );

const countOf = (flags: HostTensors[string]): number => [...flags.data].reduce((sum, flag) => sum + flag, 0);

/** Objectness of every anchor, level by level. */
const logitsOf = (recording: Recording): ArrayLike<number>[] =>
  Object.keys(recording)
    .filter((name) => name.startsWith("objectness."))
    .sort()
    .map((name) => recording[name]!.data);

/** Top-k of each level: every index that one side took alone has a logit within 1e-6 of the last one taken. */
export function candidateDifferences(outputs: HostTensors, recording: Recording): Differences {
  const [ours, theirs] = [new Set(outputs.candidates!.data), new Set(recording.candidates!.data)];
  let [begin, different, unexplained] = [0, 0, 0];
  for (const level of logitsOf(recording)) {
    const among = (index: number) => index >= begin && index < begin + level.length;
    const logit = (index: number) => level[index - begin]!;
    const taken = [...theirs].filter(among);
    const least = taken.reduce((low, index) => Math.min(low, logit(index)), Number.POSITIVE_INFINITY);
    const alone = [
      ...[...ours].filter((index) => among(index) && !theirs.has(index)),
      ...taken.filter((index) => !ours.has(index)),
    ];
    different += alone.length;
    unexplained += alone.filter((index) => Math.abs(logit(index) - least) >= 1e-6).length;
    begin += level.length;
  }
  return { different, unexplained };
}

/** Proposals kept out of the same candidates. */
export function proposalDifferences(outputs: HostTensors, recording: Recording, model: Model): Differences {
  const { nms, after } = model.rpn!.propose;
  const candidates = candidatesOf(recording, "proposing");
  const logits = logitsOf(recording).flatMap((level) => Array.from(level));
  const kept = candidatesAt(candidates, {
    boxes: outputs.proposals!.data,
    scores: Array.from(outputs.anchor!.data, (anchor) => 1 / (1 + Math.exp(-logits[anchor]!))),
    count: countOf(outputs.proposalsValid!),
  });
  const theirs = [...recording["proposing.kept"]!.data].slice(0, after.test);
  return differencesOf(candidates, kept, theirs, { threshold: nms, limit: after.test });
}

/** Detections kept out of the same candidates. */
export function detectionDifferences(outputs: HostTensors, recording: Recording, model: Model): Differences {
  const { nms, keep } = model.detect;
  const candidates = candidatesOf(recording, "detecting");
  const kept = candidatesAt(candidates, {
    boxes: outputs.boxes!.data,
    scores: outputs.scores!.data,
    count: countOf(outputs.valid!),
    groups: outputs.labels!.data,
  });
  const theirs = [...recording["detecting.kept"]!.data].slice(0, keep);
  return differencesOf(candidates, kept, theirs, { threshold: nms, limit: keep });
}

/** Samples of the RPN and of the regions that only one side took. */
export function sampleDifferences(outputs: HostTensors, recording: Recording): number {
  const taken = (name: string) => {
    const [index, valid] = [
      outputs[`selection/${name}.index`]!.data,
      outputs[`selection/${name}.valid`]!.data,
    ];
    return new Set([...index].filter((_, slot) => valid[slot]! > 0));
  };
  const alone = (ours: ReadonlySet<unknown>, theirs: ReadonlySet<unknown>) =>
    [...ours].filter((each) => !theirs.has(each)).length +
    [...theirs].filter((each) => !ours.has(each)).length;
  const rpn = ["rpnPositive", "rpnNegative"].map((name) =>
    alone(taken(name), new Set(recording[name]!.data)),
  );
  const regionKeys = (
    boxes: ArrayLike<number>,
    labels: ArrayLike<number>,
    truth: ArrayLike<number>,
    count: number,
  ) =>
    new Set(
      Array.from({ length: count }, (_, row) =>
        [
          ...[0, 1, 2, 3].map((side) => boxes[row * 4 + side]),
          labels[row],
          labels[row]! > 0 ? truth[row] : 0,
        ].join(),
      ),
    );
  const part = (name: string) => outputs[`selection/regions.${name}`]!.data;
  const ours = regionKeys(
    part("boxes"),
    part("labels"),
    part("truth"),
    countOf(outputs["selection/regions.valid"]!),
  );
  const { regionBoxes, regionLabels, regionTruth } = recording as Record<string, Recording[string]>;
  const theirs = regionKeys(
    regionBoxes!.data,
    regionLabels!.data,
    regionTruth!.data,
    regionLabels!.data.length,
  );
  return rpn.reduce((sum, each) => sum + each, alone(ours, theirs));
}

/** Torchvision's name of each loss. */
const lossNames = {
  objectness: "loss_objectness",
  rpnBoxes: "loss_rpn_box_reg",
  label: "loss_classifier",
  box: "loss_box_reg",
  mask: "loss_mask",
} as const;

/** The largest difference of a loss, relative to losses above 1. */
export const lossError = (outputs: HostTensors, losses: Readonly<Record<string, number>>): number =>
  Math.max(
    ...Object.entries(lossNames)
      .filter(([ours]) => outputs[ours])
      .map(
        ([ours, theirs]) =>
          Math.abs(outputs[ours]!.data[0]! - losses[theirs]!) / Math.max(1, losses[theirs]!),
      ),
  );

export interface Detected {
  readonly boxes: readonly (readonly number[])[];
  readonly scores: readonly number[];
  readonly labels: readonly number[];
}

/** The share of detections, of the larger side, that have a partner of their class within 0.05 px and 1e-3. */
export function partnered(ours: Detected, theirs: Detected): number {
  const taken = new Set<number>();
  ours.boxes.forEach((box, row) => {
    const partner = theirs.boxes.findIndex(
      (other, each) =>
        !taken.has(each) &&
        theirs.labels[each] === ours.labels[row] &&
        Math.abs(theirs.scores[each]! - ours.scores[row]!) < 1e-3 &&
        other.every((side, index) => Math.abs(side - box[index]!) < 0.05),
    );
    if (partner >= 0) taken.add(partner);
  });
  return taken.size / Math.max(1, ours.boxes.length, theirs.boxes.length);
}
