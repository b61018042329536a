// Trains and predicts from a folder that `rcnn compile CONFIG --out DIR` wrote, with nothing but tfjs-node-gpu.
//   node examples/train-from-saved-model.mjs DIR [STEPS]
// RCNN_TFJS_NODE may name the package's folder, such as ~/.cache/rcnn/native-4.22.0/node_modules/@tensorflow/tfjs-node-gpu.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const tf = createRequire(import.meta.url)(process.env.RCNN_TFJS_NODE ?? "@tensorflow/tfjs-node-gpu");
const [directory, steps = "3"] = [resolve(process.argv[2]), process.argv[3]];
const description = JSON.parse(readFileSync(join(directory, "signatures.json"), "utf8"));
const { file, offsets } = description.initialState;
const bytes = new Uint8Array(readFileSync(join(directory, file))).buffer;
const arrays = { f32: ["float32", Float32Array], i32: ["int32", Int32Array], bool: ["bool", Uint8Array] };
const size = (shape) => shape.reduce((product, extent) => product * extent, 1);
const load = (signature) => tf.node.loadSavedModel(directory, ["serve"], signature);

for (const { initialize, variables } of description.stateGroups) {
  const shapeOf = Object.fromEntries(description.state.map(({ name, shape }) => [name, shape]));
  const values = variables.map((name) => [name, tf.tensor(new Float32Array(bytes, offsets[name], size(shapeOf[name])), shapeOf[name])]);
  tf.dispose((await load(initialize)).predict(Object.fromEntries(values)));
}

// Real programs feed images, truths and random numbers here; each input's `summary` says what it is.
const feeds = (name) => Object.fromEntries(description.functions[name].inputs.map(({ name: input, dtype, shape }) => {
  const [type, ArrayType] = arrays[dtype];
  return [input, tf.tensor(ArrayType.from({ length: size(shape) }, () => (dtype === "f32" ? 0.01 * Math.random() : 0)), shape, type)];
}));
const report = (name, outputs) => console.log(JSON.stringify({ [name]: Object.fromEntries(
  Object.entries(outputs).map(([key, tensor]) => [key, tensor.size === 1 ? tensor.dataSync()[0] : tensor.shape])) }));
const [trainStep, predict] = [await load("train_step"), await load("predict")];
for (let step = 0; step < Number(steps); step++) tf.tidy(() => report("train_step", trainStep.predict(feeds("train_step"))));
tf.tidy(() => report("predict", predict.predict(feeds("predict"))));
