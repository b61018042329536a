/**
 * One side of the comparison at full size, in a process of its own: `full-size-ours.ts RUN IMAGE PRECISION` predicts once
 * for each line of standard input, `full-size-ours.ts products RUN` runs the bare products. Answers with a JSON line.
 */
import "../src/support/node-compatibility.ts";
import { createInterface } from "node:readline";
import { readImage } from "../src/data/read-image.ts";
import { openPredictor } from "../src/train/predictor.ts";
import { openProducts } from "./bare-products.ts";

const [run, image, what] = process.argv.slice(2) as [string, string, string];

/** Gives the scores of what was found. */
async function prediction(precision: "float32" | "bfloat16"): Promise<() => Promise<readonly number[]>> {
  const read = await readImage(image);
  if (!read.value) throw new Error(read.diagnostics[0]?.message);
  const picture = read.value;
  const named = { name: image, width: picture.width, height: picture.height };
  const opened = await openPredictor(run, [named], { backend: "native", exact: true, precision });
  if (!opened.value) throw new Error(opened.diagnostics[0]?.message);
  const { detect, prepare } = opened.value;
  return async () => (await detect([prepare(picture, image)]))[0]!.map(({ score }) => score);
}

const once = what === "products" ? await openProducts(run) : await prediction(what as "float32" | "bfloat16");
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const scores = await once();
  const seconds = (performance.now() - began) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds, detections: scores.length, peak, scores }));
}
process.exit(0);
