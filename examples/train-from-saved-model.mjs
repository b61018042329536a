// Trains and predicts on COCO boxes with nothing but tfjs-node-gpu, from what `rcnn compile CONFIG --out MODEL` wrote:
//   node examples/train-from-saved-model.mjs MODEL DATA/train [STEPS]   (images of the size that the model was compiled for)
// RCNN_TFJS_NODE may name the package's folder; `rcnn doctor` shows where the native back end is.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const tf = createRequire(import.meta.url)(process.env.RCNN_TFJS_NODE ?? "@tensorflow/tfjs-node-gpu");
const [model, data, steps = "20"] = process.argv.slice(2);
const { functions, stateGroups, state, initialState } = JSON.parse(readFileSync(`${model}/signatures.json`, "utf8"));
const coco = JSON.parse(readFileSync(`${data}/instances.json`, "utf8"));
const size = (shape) => shape.reduce((product, extent) => product * extent, 1);
const load = (signature) => tf.node.loadSavedModel(model, ["serve"], signature);

const bytes = new Uint8Array(readFileSync(`${model}/${initialState.file}`)).buffer;
const initial = ({ name, shape }) => tf.tensor(new Float32Array(bytes, initialState.offsets[name], size(shape)), shape);
for (const { initialize, variables } of stateGroups) {
  const [signature, group] = [await load(initialize), state.filter(({ name }) => variables.includes(name))];
  tf.tidy(() => void signature.predict(Object.fromEntries(group.map((each) => [each.name, initial(each)]))));
}

function feeds({ inputs }, first) {
  const arrays = Object.fromEntries(inputs.map(({ name, shape }) => [name, Array(size(shape)).fill(0)]));
  if (arrays.truthPixels) throw new Error("This example feeds no masks: compile a config without a mask head.");
  const [batch, height, width] = inputs.find(({ name }) => name === "images").shape;
  for (let n = 0; n < batch; n++) {
    const image = coco.images[(first + n) % coco.images.length];
    const pixels = tf.node.decodeImage(readFileSync(`${data}/images/${image.file_name}`), 3).dataSync();
    arrays.images.splice(n * pixels.length, pixels.length, ...pixels);
    arrays.imageSizes.splice(n * 2, 2, height, width);
    if (!arrays.truthLabels) continue;
    const slot = (n * arrays.truthLabels.length) / batch;
    for (const [g, { bbox: [x, y, w, h] }] of coco.annotations.filter((each) => each.image_id === image.id).entries()) {
      arrays.truthBoxes.splice((slot + g) * 4, 4, x, y, x + w, y + h);
      arrays.truthLabels[slot + g] = 1;
    }
  }
  for (const name of ["rpnNoise", "regionNoise"]) if (arrays[name]) arrays[name] = arrays[name].map(Math.random);
  if (arrays.learningRate) arrays.learningRate[0] = 0.005;
  const dtypes = { f32: "float32", i32: "int32", bool: "bool" };
  return Object.fromEntries(inputs.map(({ name, shape, dtype }) => [name, tf.tensor(arrays[name], shape, dtypes[dtype])]));
}
for (const name of [...Array(Number(steps)).fill("train_step"), "predict"]) {
  const signature = await load(name);
  const outputs = tf.tidy(() => signature.predict(feeds(functions[name], Math.floor(Math.random() * coco.images.length))));
  const shown = Object.entries(outputs).map(([key, tensor]) => [key, tensor.size === 1 ? tensor.dataSync()[0] : tensor.shape]);
  console.log(JSON.stringify({ [name]: Object.fromEntries(shown) }));
  tf.dispose(outputs);
}
