/** The state of a model before its first step, from a seed. */
import type { HostTensor, HostTensors } from "../runtime/session.ts";
import { normalStream, randomStream } from "../support/random.ts";
import type { StateSpec } from "../targets/artifact.ts";

/** Each parameter draws from a stream of its own name: adding a layer leaves the others as they were. */
export function initialState(specs: readonly StateSpec[], seed: number): HostTensors {
  return Object.fromEntries(specs.map((spec) => [spec.name, initialTensor(spec, seed)]));
}

function initialTensor({ name, shape, initializer }: StateSpec, seed: number): HostTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  switch (initializer.kind) {
    case "constant":
      data.fill(initializer.value);
      break;
    case "normal": {
      const normal = normalStream(randomStream(seed, name));
      for (let index = 0; index < data.length; index++) data[index] = normal() * initializer.deviation;
      break;
    }
    case "uniform": {
      const uniform = randomStream(seed, name);
      for (let index = 0; index < data.length; index++) data[index] = (2 * uniform() - 1) * initializer.bound;
      break;
    }
  }
  return { dtype: "f32", shape, data };
}
