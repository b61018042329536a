/** The state of a model before its first step, from a seed. */
import type { HostTensor, HostTensors } from "../runtime/session.ts";
import { normalStream, type Random, randomStream } from "../support/random.ts";
import type { StateSpec } from "../targets/artifact.ts";

/** Each parameter draws from a stream of its own name: adding a layer leaves the others as they were. */
export function initialState(specs: readonly StateSpec[], seed: number): HostTensors {
  return Object.fromEntries(specs.map((spec) => [spec.name, initialTensor(spec, seed)]));
}

function initialTensor({ name, shape, initializer }: StateSpec, seed: number): HostTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  switch (initializer.kind) {
    case "constant":
      // Memory that nobody has written to is zero, and takes no room: a large model has as many slots as weights.
      if (initializer.value !== 0) data.fill(initializer.value);
      break;
    case "normal": {
      const normal = normalStream(randomStream(seed, name));
      for (let index = 0; index < data.length; index++) data[index] = normal() * initializer.deviation;
      break;
    }
    case "truncatedNormal": {
      const normal = normalStream(randomStream(seed, name));
      for (let index = 0; index < data.length; index++)
        data[index] = truncated(normal) * initializer.deviation;
      break;
    }
    case "uniform": {
      const uniform = randomStream(seed, name);
      for (let index = 0; index < data.length; index++) data[index] = (2 * uniform() - 1) * initializer.bound;
      break;
    }
    case "bilinear":
      fillBilinear(data, shape, initializer.groups);
      break;
  }
  return { dtype: "f32", shape, data };
}

function truncated(normal: Random): number {
  for (;;) {
    const drawn = normal();
    if (Math.abs(drawn) <= 2) return drawn;
  }
}

/**
 * A filter [height, width, rows, columns], of which each group of columns has the rows for itself; a matrix is one of 1x1,
 * and a vector stays 0. Channel c of the output is channel c of the input.
 */
function fillBilinear(data: Float32Array, shape: readonly number[], groups: number): void {
  if (shape.length < 2) return;
  const [height, width, rows, columns] = [...(shape.length === 2 ? [1, 1] : []), ...shape] as [
    number,
    number,
    number,
    number,
  ];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = hat(y, height) * hat(x, width);
      const tap = (y * width + x) * rows;
      for (let c = 0; c < Math.min(rows * groups, columns); c++) {
        const row = c - Math.floor((c * groups) / columns) * rows;
        if (row >= 0 && row < rows) data[(tap + row) * columns + c] = weight;
      }
    }
  }
}

/** Weight of position `at` of a filter of `size`, which enlarges by ceil(size / 2) (Long et al. 2015). */
function hat(at: number, size: number): number {
  const factor = Math.ceil(size / 2);
  const centre = size % 2 === 1 ? factor - 1 : factor - 0.5;
  return 1 - Math.abs(at - centre) / factor;
}
