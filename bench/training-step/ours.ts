/** A process that trains one step of a config at full size on the native back end for each line that it reads. */
import "../../src/support/node-compatibility.ts";
import { parseArgs } from "node:util";
import { buildProgram } from "../../src/compile.ts";
import { resolveFile } from "../../src/language.ts";
import type { HostTensor, HostTensors } from "../../src/runtime/session.ts";
import { randomStream } from "../../src/support/random.ts";
import type { TensorSpec } from "../../src/targets/artifact.ts";
import { signaturesOf } from "../../src/targets/signatures.ts";
import { initialState } from "../../src/train/initial-state.ts";
import { openProgram } from "../../src/train/open-program.ts";
import { answerLines } from "./answer-lines.ts";
import { createScenario, type Scenario } from "./scenario.ts";

const { config, seed } = parseArgs({
  options: { config: { type: "string" }, seed: { type: "string", default: "0" } },
}).values;

const scenario = createScenario(Number(seed));
const began = performance.now();
const sinceStart = () => (performance.now() - began) / 1000;
const { value: model } = await resolveFile(config!, { set: ["train.batch=1images"] });
const program = buildProgram(model!, { train: { train_step: scenario.bucket } }).value!;
const compiled = sinceStart();
const signatures = signaturesOf(program);
const feeds = feedsOf(scenario, signatures.functions.train_step!.inputs);
const session = await openProgram(program, { backend: "native" });
const opened = sinceStart();
// Nobody holds on to the weights: the peak is that of training.
const writing = session.write(initialState(signatures.state, Number(seed)));
const drawn = sinceStart();
await writing;
await session.run("train_step", feeds);
const loadSeconds = opened - compiled + sinceStart() - drawn;
await answerLines({ compileSeconds: compiled, loadSeconds }, async () => {
  const outputs = await session.run("train_step", feeds);
  return { loss: outputs.loss!.data[0] };
});
await session.close();
process.exit(0);

function feedsOf({ bucket, pixels, boxes, labels }: Scenario, inputs: readonly TensorSpec[]): HostTensors {
  const corners = boxes.flatMap(([x, y, w, h]) => [x, y, x + w, y + h]);
  const areas = boxes.map(([, , w, h]) => w * h);
  let filled = 0;
  const offsets = areas.map((area) => {
    filled += area;
    return filled - area;
  });
  const known: Readonly<Record<string, HostTensor["data"]>> = {
    images: pixels,
    imageSizes: Float32Array.of(bucket.height, bucket.width),
    truthBoxes: Float32Array.from(corners),
    truthLabels: Int32Array.from(labels),
    truthCrops: Int32Array.from(boxes.flat()),
    truthOffsets: Int32Array.from(offsets),
    truthPixels: new Uint8Array(bucket.pixels).fill(1),
    learningRate: Float32Array.of(1e-4),
  };
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [name, { dtype, shape, data: known[name] ?? noise(name, size) }];
    }),
  );
}

function noise(name: string, size: number): Float32Array {
  const uniform = randomStream(Number(seed), name);
  return Float32Array.from({ length: size }, () => uniform());
}
