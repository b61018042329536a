/** Feeds made up from a signature alone: noisy pictures with a few true objects, for runs that only measure time. */
import type { HostTensor, HostTensors } from "../runtime/session.ts";
import { randomStream } from "../support/random.ts";
import type { FunctionSpec, TensorSpec } from "../targets/artifact.ts";

/** True objects an image: about as many as pictures of COCO have. */
const objectsPerImage = 7;

/**
 * The same feeds for the same signature: every image fills its bucket. `learningRate`, and whatever is not known by
 * name, is 0: a step can be repeated without a change of the weights.
 */
export function syntheticFeeds({ inputs }: FunctionSpec): HostTensors {
  const [images, height = 1, width = 1] = inputs.find(({ name }) => name === "images")?.shape ?? [];
  const scene = { images: images ?? 0, height, width };
  return Object.fromEntries(
    inputs.map((spec) => [spec.name, { ...spec, data: fill(spec, scene) } satisfies HostTensor]),
  );
}

interface Scene {
  readonly images: number;
  readonly height: number;
  readonly width: number;
}

const arrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

function fill(spec: TensorSpec, scene: Scene): HostTensor["data"] {
  const data = new arrays[spec.dtype](spec.shape.reduce((product, size) => product * size, 1));
  const random = randomStream(0, spec.name);
  const slots = spec.shape[1] ?? 0;
  const objects = Math.min(slots, objectsPerImage);
  // An f32 rounds what is nearest to 1 up to it, and noise is below 1.
  if (spec.name.endsWith("Noise")) return data.map(() => Math.min(random(), 1 - 2 ** -24));
  switch (spec.name) {
    case "images":
      return data.map(() => 255 * random());
    case "imageSizes":
      return data.map((_, index) => (index % 2 === 0 ? scene.height : scene.width));
    case "proposalBoxes":
      return putRows(data, scene, slots, slots, (index) => cornersOf(boxOf(scene, index)));
    case "truthBoxes":
      return putRows(data, scene, slots, objects, (index) => cornersOf(boxOf(scene, index)));
    case "truthLabels":
      return putRows(data, scene, slots, objects, () => [1]);
    case "truthCrops":
      return putRows(data, scene, slots, objects, (index) => boxOf(scene, index));
    case "truthPixels":
    case "proposalValid":
      return data.fill(1);
    default:
      return data;
  }
}

/** Fills the first `count` of the `slots` rows of each image; `truthOffsets` stay 0, as all crops may share their pixels. */
function putRows(
  data: HostTensor["data"],
  { images }: Scene,
  slots: number,
  count: number,
  row: (index: number) => readonly number[],
): HostTensor["data"] {
  for (let image = 0; image < images; image++) {
    for (let index = 0; index < count; index++) {
      const values = row(index);
      data.set(values, (image * slots + index) * values.length);
    }
  }
  return data;
}

/** x, y, width and height in whole pixels of box `index`: small and large ones all over the picture. */
function boxOf({ height, width }: Scene, index: number): readonly [number, number, number, number] {
  const random = randomStream(index, "box");
  const side = (length: number) => Math.max(2, Math.round(length * (0.05 + 0.3 * random())));
  const [w, h] = [Math.min(width, side(width)), Math.min(height, side(height))];
  return [Math.floor((width - w) * random()), Math.floor((height - h) * random()), w, h];
}

const cornersOf = ([x, y, w, h]: readonly [number, number, number, number]): readonly number[] => [
  x,
  y,
  x + w,
  y + h,
];
