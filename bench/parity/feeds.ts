/** Torchvision's recorded tensors as the feeds of a stage: padded to the slots of its bucket. */
import type { Graph } from "../../src/ir/types.ts";
import type { HostTensor, HostTensors } from "../../src/runtime/session.ts";
import { invariant } from "../../src/support/invariant.ts";

/** Tensors by name; rows come first. */
export type Recording = Readonly<Record<string, Pick<HostTensor, "shape" | "data">>>;

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const arrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** Feeds of every input of `stage`, by name: recorded rows, and zeros in the slots behind them. */
export function feedsOf(stage: Graph, recording: Recording): HostTensors {
  return Object.fromEntries(
    stage.inputs.map(({ name, value: { type } }) => {
      const { dtype, shape } = type;
      const data = new arrays[dtype](elements(shape));
      const recorded = recording[name];
      invariant(recorded, `nothing is recorded for \`${name}\``);
      invariant(recorded.data.length <= data.length, `\`${name}\` is recorded larger than it is here`);
      data.set(recorded.data);
      return [name, { dtype, shape, data }];
    }),
  );
}

const flags = (count: number): HostTensor => ({
  dtype: "bool",
  shape: [count],
  data: new Uint8Array(count).fill(1),
});

const rowsOf = ({ shape }: Recording[string]): number => shape[0]!;

/** A prediction, with which slots it fills. */
export const withSlots = (recording: Recording): Recording => ({
  ...recording,
  proposalsValid: flags(rowsOf(recording.proposals!)),
  valid: flags(rowsOf(recording.scores!)),
});

/** Rows of a table, `width` values each. */
function rows(table: Recording[string], order: readonly number[]): Recording[string] {
  const width = elements(table.shape.slice(1));
  const data = Float32Array.from(
    order.flatMap((row) => [...table.data.subarray(row * width, (row + 1) * width)]),
  );
  return { shape: [order.length, ...table.shape.slice(1)], data };
}

const count = (total: number): number[] => Array.from({ length: total }, (_, index) => index);

/** A training step of one image with `anchors` anchors: its truths, its noise, and its samples as held selections. */
export function trainingFeeds(recording: Recording, anchors: number): Recording {
  const { proposals, regionLabels, regionNoise, truthBoxes, truthMasks } = recording as Record<
    string,
    Recording[string]
  >;
  const held = (name: string, table: Recording[string]) => ({ [`selection/${name}`]: table });
  const filled = (name: string, part: string, table: Recording[string]) => ({
    ...held(`${name}.${part}`, table),
    ...held(`${name}.valid`, flags(rowsOf(table))),
  });
  const all = count(rowsOf(regionLabels!));
  const isObject = (row: number) => regionLabels!.data[row]! > 0;
  // Positives come first here.
  const order = [...all.filter(isObject), ...all.filter((row) => !isObject(row))];
  const proposed = rowsOf(proposals!);
  const noise = new Float32Array(anchors + rowsOf(truthBoxes!));
  noise.set(regionNoise!.data.subarray(0, proposed));
  noise.set(regionNoise!.data.subarray(proposed), anchors);
  return {
    ...recording,
    ...(truthMasks && maskFeeds(truthMasks)),
    regionNoise: { shape: [noise.length], data: noise },
    proposalsValid: flags(proposed),
    anchor: { shape: [proposed], data: Int32Array.from(count(proposed)) },
    ...filled("rpnPositive", "index", recording.rpnPositive!),
    ...filled("rpnNegative", "index", recording.rpnNegative!),
    ...held("rpnTruth.truth", recording.rpnTruth!),
    ...filled("regions", "boxes", rows(recording.regionBoxes!, order)),
    ...held("regions.labels", rows(regionLabels!, order)),
    ...held("regions.truth", rows(recording.regionTruth!, order)),
  };
}

/** Masks of the whole image: every crop is the image. */
function maskFeeds({ shape, data }: Recording[string]): Recording {
  const [objects, height, width] = shape as [number, number, number];
  const each = count(objects);
  return {
    truthPixels: { shape: [data.length], data },
    truthOffsets: { shape: [objects], data: Int32Array.from(each, (index) => index * height * width) },
    truthCrops: { shape: [objects, 4], data: Int32Array.from(each.flatMap(() => [0, 0, width, height])) },
  };
}
