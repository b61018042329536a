/** One model on one back end against torchvision's recordings: a row of figures for each image. */
import { emit } from "../../src/compile.ts";
import type { Graph } from "../../src/ir/types.ts";
import type { Model } from "../../src/model/model.ts";
import { type Backend, open, targetOf } from "../../src/runtime/index.ts";
import type { HostTensors } from "../../src/runtime/session.ts";
import {
  candidateDifferences,
  detectionDifferences,
  largestError,
  lossError,
  proposalDifferences,
  sampleDifferences,
} from "./compare.ts";
import { feedsOf, type Recording, trainingFeeds, withSlots } from "./feeds.ts";
import { predictionStages, trainingStages } from "./stages.ts";
import type { Differences } from "./suppression.ts";

/** One figure beside its limit. */
export interface Cell {
  readonly text: string;
  readonly holds: boolean;
}

export type Row = Readonly<Record<string, Cell>>;

/** What torchvision recorded of one image, and of a training step on one. */
export interface PredictionRecord {
  readonly tensors: Recording;
}
export interface TrainingRecord {
  readonly tensors: Recording;
  readonly losses: Readonly<Record<string, number>>;
}

/** Limits of issue-wide parity: of tensors relative to their norm, and of losses. */
const limit = 1e-4;

const errorCell = (error: number): Cell => ({ text: error.toExponential(1), holds: error <= limit });
const differenceCell = ({ different, unexplained }: Differences): Cell => ({
  text: different === 0 ? "equal" : `${different - unexplained} of ${different}`,
  holds: unexplained === 0,
});

/** Stages whose outputs are numbers, by the name of their column. */
const numeric = {
  pyramid: "pyramid",
  rpn: "RPN",
  pool: "pooled",
  heads: "heads",
  maskPool: "mask pooled",
  mask: "masks",
} as const;

/** The functions of one program: every stage for every image, and those of a training step. */
function functionsOf(
  model: Model,
  images: readonly PredictionRecord[],
  training: TrainingRecord,
): Readonly<Record<string, Graph>> {
  const sizeOf = ({ image }: Recording) => ({ height: image!.shape[1]!, width: image!.shape[2]! });
  const prediction = images.flatMap(({ tensors }, index) => {
    const bucket = { batch: 1, ...sizeOf(tensors), objects: 0, pixels: 0 };
    return Object.entries(predictionStages(model, bucket)).map(
      ([name, graph]) => [`${name}_${index}`, graph] as const,
    );
  });
  const { truthBoxes, truthMasks } = training.tensors;
  const objects = truthBoxes!.shape[0]!;
  const pixels = truthMasks?.data.length ?? 0;
  const bucket = { batch: 1, ...sizeOf(training.tensors), objects, pixels };
  return { ...Object.fromEntries(prediction), ...trainingStages(model, bucket) };
}

/** The stages on one back end. */
export interface Stages {
  /** Outputs of a stage of the prediction of an image; nothing where the model has no such stage. */
  readonly predict: (stage: string, image: number, tensors: Recording) => Promise<HostTensors> | undefined;
  /** Outputs of `sample` or `losses`. */
  readonly train: (stage: string, tensors: Recording) => Promise<HostTensors>;
  readonly close: () => Promise<void>;
}

/** Opens every stage for the sizes of `images`, and those of a training step. */
export async function openStages(
  model: Model,
  state: HostTensors,
  images: readonly PredictionRecord[],
  training: TrainingRecord,
  backend: Backend,
): Promise<Stages> {
  const functions = functionsOf(model, images, training);
  const session = await open(emit({ name: "parity", functions }, targetOf(backend)), { backend });
  const wanted = new Set(session.signatures.state.map(({ name }) => name));
  await session.write(Object.fromEntries(Object.entries(state).filter(([name]) => wanted.has(name))));
  const run = (name: string, tensors: Recording) => session.run(name, feedsOf(functions[name]!, tensors));
  const noise = functions.sample!.inputs.find(({ name }) => name === "rpnNoise")!;
  return {
    predict: (stage, image, tensors) =>
      functions[`${stage}_${image}`] && run(`${stage}_${image}`, withSlots(tensors)),
    train: (stage, tensors) => run(stage, trainingFeeds(tensors, noise.value.type.shape[1]!)),
    close: () => session.close(),
  };
}

/** A row of figures for each image: every stage on what torchvision's was fed. */
export async function measureStages(
  model: Model,
  state: HostTensors,
  images: readonly PredictionRecord[],
  training: TrainingRecord,
  backend: Backend,
): Promise<readonly Row[]> {
  const stages = await openStages(model, state, images, training, backend);
  try {
    const rows: Row[] = [];
    for (const [index, { tensors }] of images.entries()) {
      rows.push(await predictionRow(model, tensors, (stage) => stages.predict(stage, index, tensors)));
    }
    rows[0] = { ...rows[0], ...(await trainingRow(training, stages)) };
    return rows;
  } finally {
    await stages.close();
  }
}

async function predictionRow(
  model: Model,
  tensors: Recording,
  run: (stage: string) => Promise<HostTensors> | undefined,
): Promise<Row> {
  const row: Record<string, Cell> = {};
  for (const [stage, column] of Object.entries(numeric)) {
    const outputs = await run(stage);
    if (outputs) row[column] = errorCell(largestError(outputs, tensors));
  }
  const proposed = (await run("proposals"))!;
  row["top-k"] = differenceCell(candidateDifferences(proposed, tensors));
  row.proposals = differenceCell(proposalDifferences(proposed, tensors, model));
  row.detections = differenceCell(detectionDifferences((await run("detect"))!, tensors, model));
  return row;
}

async function trainingRow({ tensors, losses }: TrainingRecord, stages: Stages): Promise<Row> {
  const different = sampleDifferences(await stages.train("sample", tensors), tensors);
  return {
    samples: differenceCell({ different, unexplained: different }),
    losses: errorCell(lossError(await stages.train("losses", tensors), losses)),
  };
}
