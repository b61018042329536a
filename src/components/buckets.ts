/** Image-size buckets of compiled functions: their names, and those of a config that is compiled without data. */
import type { Model } from "../model/model.ts";
import type { Bucket } from "./context.ts";

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
  const up = (side: number) => Math.ceil(side / input.multiple) * input.multiple;
  const [short, long] = [up(input.shortest), up(input.longest)];
  const landscape = { height: short, width: long };
  const sizes = short === long ? [landscape] : [landscape, { height: long, width: short }];
  return {
    train: functionsOf("train_step", sizes, { batch, objects: defaultObjects, pixels: batch * short * long }),
    predict: functionsOf("predict", sizes, { batch, objects: 0, pixels: 0 }),
  };
}
