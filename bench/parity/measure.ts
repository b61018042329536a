/** One model on one back end against torchvision's recordings: a row of figures for each image. */
import { emit } from "../../src/compile.ts";
import type { Graph } from "../../src/ir/types.ts";
import type { Model } from "../../src/model/model.ts";
import { type Backend, open, targetOf } from "../../src/runtime/index.ts";
import type { HostTensors, Session } from "../../src/runtime/session.ts";
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

/** Runs every stage on what torchvision's was fed. */
export async function measureStages(
  model: Model,
  state: HostTensors,
  images: readonly PredictionRecord[],
  training: TrainingRecord,
  backend: Backend,
): Promise<readonly Row[]> {
  const functions = functionsOf(model, images, training);
  const session = await open(emit({ name: "parity", functions }, targetOf(backend)), { backend });
  const run = (name: string, tensors: Recording) => session.run(name, feedsOf(functions[name]!, tensors));
  try {
    const wanted = new Set(session.signatures.state.map(({ name }) => name));
    await session.write(Object.fromEntries(Object.entries(state).filter(([name]) => wanted.has(name))));
    const rows: Row[] = [];
    for (const [index, { tensors }] of images.entries()) {
      rows.push(
        await predictionRow(model, withSlots(tensors), (stage, fed) =>
          functions[`${stage}_${index}`] ? run(`${stage}_${index}`, fed) : undefined,
        ),
      );
    }
    rows[0] = { ...rows[0], ...(await trainingRow(training, session, run)) };
    return rows;
  } finally {
    await session.close();
  }
}

async function predictionRow(
  model: Model,
  tensors: Recording,
  run: (stage: string, tensors: Recording) => Promise<HostTensors> | undefined,
): Promise<Row> {
  const row: Record<string, Cell> = {};
  for (const [stage, column] of Object.entries(numeric)) {
    const outputs = await run(stage, tensors);
    if (outputs) row[column] = errorCell(largestError(outputs, tensors));
  }
  const proposed = (await run("proposals", tensors))!;
  row["top-k"] = differenceCell(candidateDifferences(proposed, tensors));
  row.proposals = differenceCell(proposalDifferences(proposed, tensors, model));
  row.detections = differenceCell(detectionDifferences((await run("detect", tensors))!, tensors, model));
  return row;
}

async function trainingRow(
  { tensors, losses }: TrainingRecord,
  session: Session,
  run: (name: string, tensors: Recording) => Promise<HostTensors>,
): Promise<Row> {
  const noise = session.signatures.functions.sample!.inputs.find(({ name }) => name === "rpnNoise")!;
  const fed = trainingFeeds(tensors, noise.shape[1]!);
  const different = sampleDifferences(await run("sample", fed), tensors);
  return {
    samples: differenceCell({ different, unexplained: different }),
    losses: errorCell(lossError(await run("losses", fed), losses)),
  };
}
