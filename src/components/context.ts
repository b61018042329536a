/** What every component needs to lower itself: the builder, the sizes of this bucket, and where parameters are made. */

import type { GraphParameter, Origin, ParameterInitializer, Value } from "../ir/types.ts";
import type { Initializer, Model } from "../model/model.ts";
import { placeNear } from "../model/place-near.ts";
import type { Builder } from "../ops/builder.ts";

/** The static sizes of one graph: all images of a batch are padded to one bucket. */
export interface Bucket {
  /** N. */
  readonly batch: number;
  /** H and W of the padded images, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Padded number of true objects an image, G; training only. */
  readonly objects: number;
  /** Length of the packed mask pixels of a batch; training only. */
  readonly pixels: number;
}

/** How many inputs reach one output and how many outputs one input reaches, as torch counts them. */
export interface Fans {
  readonly in: number;
  readonly out: number;
  /** Parts of the channels, each connected by itself; 1 unless given. */
  readonly groups?: number;
}

export interface LowerContext {
  readonly model: Model;
  readonly builder: Builder;
  readonly bucket: Bucket;
  readonly training: boolean;
  readonly parameter: (
    name: string,
    role: GraphParameter["role"],
    shape: readonly number[],
    initializer: Initializer,
    fans: Fans,
  ) => Value;
  /** Whether normalization at `path` keeps its running values in training, and uses them. */
  readonly hasFixedStatistics: (path: string) => boolean;
  /** Uniform noise in [0, 1), drawn by the host at each step: an input of its own for each call. */
  readonly noise: (name: string, shape: readonly number[]) => Value;
  /** bool `[R]`: which rows of regions are real; absent where all are. Statistics of a batch are those of real rows. */
  readonly realRows?: Value;
  /** The builder whose nodes say that they come from `path`, at the place in the config that wrote it. */
  readonly at: (path: string) => Builder;
}

/** The law by which the host fills a parameter, its fans applied (torch.nn.init). */
export function parameterInitializer(initializer: Initializer, fans: Fans): ParameterInitializer {
  switch (initializer.kind) {
    case "uniformFanIn":
      return { kind: "uniform", bound: 1 / Math.sqrt(fans.in) };
    case "xavierUniform":
      return { kind: "uniform", bound: initializer.gain * Math.sqrt(6 / (fans.in + fans.out)) };
    case "xavierNormal":
      return { kind: "normal", deviation: initializer.gain * Math.sqrt(2 / (fans.in + fans.out)) };
    case "kaimingUniform": {
      const { slope, fan } = initializer;
      return { kind: "uniform", bound: Math.sqrt(6 / ((1 + slope ** 2) * fans[fan])) };
    }
    case "kaimingNormal": {
      const { slope, fan } = initializer;
      return { kind: "normal", deviation: Math.sqrt(2 / ((1 + slope ** 2) * fans[fan])) };
    }
    case "bilinear":
      return { kind: "bilinear", groups: fans.groups ?? 1 };
    default:
      return initializer;
  }
}

export function createContext(
  model: Model,
  builder: Builder,
  bucket: Bucket,
  training: boolean,
): LowerContext {
  const at = (path: string): Builder => builder.at(originOf(model, path));
  const { frozen, freezeStatistics } = model.train;
  const isFrozen = (path: string): boolean => frozenPaths.has(path);
  const frozenPaths = new Set(frozen);
  const roleOf = (name: string, role: GraphParameter["role"]): GraphParameter["role"] => {
    const isKept = role === "weight" || (role === "statistic" && freezeStatistics);
    return isKept && isFrozen(name.replace(/\.[^.]*$/, "")) ? "frozen" : role;
  };
  const drawn = new Map<string, number>();
  return {
    model,
    builder,
    bucket,
    training,
    at,
    parameter: (name, role, shape, initializer, fans) =>
      at(name).parameter(name, roleOf(name, role), shape, parameterInitializer(initializer, fans)),
    hasFixedStatistics: (path) => freezeStatistics && isFrozen(path),
    noise(name, shape) {
      // A head that reads several levels is lowered once a level.
      const count = (drawn.get(name) ?? 0) + 1;
      drawn.set(name, count);
      const input = count === 1 ? `${name}Noise` : `${name}.level${count}Noise`;
      return at(name).input(input, { dtype: "f32", shape }, "uniform in [0, 1), drawn by the host");
    },
  };
}

function originOf(model: Model, path: string): Origin {
  const span = placeNear(model, path);
  return span ? { kind: "source", path, span } : { kind: "made", by: path };
}
