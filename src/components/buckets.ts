/** Image-size buckets of compiled functions: their names, and those of a config that is compiled without data. */
import type { InputModel, Model } from "../model/model.ts";
import { largestRule } from "../model/train-model.ts";
import type { Bucket } from "./context.ts";

/** The functions of a program, with the bucket that each is compiled for. */
export interface Functions {
  readonly train?: Readonly<Record<string, Bucket>>;
  readonly predict?: Readonly<Record<string, Bucket>>;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** The graph of one bucket is `name`, one of several `name_HxW`; all take images of one padded size each. */
export function functionsOf(
  name: string,
  sizes: readonly Size[],
  rest: Omit<Bucket, "height" | "width">,
): Record<string, Bucket> {
  const nameOf = ({ height, width }: Size) => (sizes.length === 1 ? name : `${name}_${height}x${width}`);
  return Object.fromEntries(
    sizes.map(({ height, width }) => [nameOf({ height, width }), { ...rest, height, width }]),
  );
}

/** Room for true objects an image where no data set says how many there are. */
const defaultObjects = 64;

/** `train_step` and `predict` for the largest landscape and portrait image that the config's input makes. */
export function defaultFunctions({ input }: Model, batch: number) {
  const training = trainingSides(input);
  const pixels = batch * training[0]!.height * training[0]!.width;
  return {
    train: functionsOf("train_step", training, { batch, objects: defaultObjects, pixels }),
    predict: functionsOf("predict", sidesOf(input), { batch, objects: 0, pixels: 0 }),
  };
}

/** A window is one size; a jitter without one enlarges both sides. */
function trainingSides(input: InputModel): readonly Size[] {
  const { crop, jitter, multiple } = input;
  const up = (side: number) => Math.ceil(side / multiple) * multiple;
  if (crop) return [{ height: up(crop.height), width: up(crop.width) }];
  const { shortest, longest } = largestRule(input);
  const most = jitter?.[1] ?? 1;
  return sidesOf({ ...input, shortest: Math.floor(shortest * most), longest: Math.floor(longest * most) });
}

function sidesOf({ shortest, longest, multiple }: InputModel): readonly Size[] {
  const up = (side: number) => Math.ceil(side / multiple) * multiple;
  const [short, long] = [up(shortest), up(longest)];
  const landscape = { height: short, width: long };
  return short === long ? [landscape] : [landscape, { height: long, width: short }];
}
