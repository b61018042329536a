/** What weights were trained with and what no tensor says: how pixels became numbers, the epsilon of normalization, the classes. */
import type { InputModel, Model } from "../model/model.ts";
import { networksOf } from "./slots.ts";

/** Pixels as the network saw them: `(pixel * scale - mean) / deviation`, pixels 0 to 255, channels in `order`. */
export type Preprocessing = Pick<InputModel, "order" | "scale" | "mean" | "deviation">;

/** What is known of it: means may be `within` so many of 255 levels of these, where those who use the weights differ. */
export type KnownPreprocessing = Preprocessing & { readonly within?: number };

export interface Category {
  readonly id: number;
  readonly name: string;
}

/** Key of the metadata of a safetensors file under which a `TrainedWith` stands as JSON. */
export const trainedKey = "rcnn.trainedWith";

/** Each is absent where it is not known. */
export interface TrainedWith {
  readonly input?: KnownPreprocessing;
  /** Added to variances before the root: of all layers that normalize, or by the paths of our layers. */
  readonly epsilon?: number | Readonly<Record<string, number>>;
  readonly categories?: readonly Category[];
}

/** What `model` trains with, which is kept with its weights. */
export function trainedWith(model: Model, categories: readonly Category[] | undefined): TrainedWith {
  const { order, scale, mean, deviation } = model.input;
  const epsilons = Object.fromEntries(
    networksOf(model)
      .flatMap(({ layers }) => layers)
      .flatMap(({ path, attributes: { epsilon } }) =>
        typeof epsilon === "number" ? [[path, epsilon] as const] : [],
      ),
  );
  const different = [...new Set(Object.values(epsilons))];
  return {
    input: { order, scale, mean, deviation },
    ...(different.length > 0 && { epsilon: different.length === 1 ? different[0]! : epsilons }),
    ...(categories && { categories: categories.map(({ id, name }) => ({ id, name })) }),
  };
}

/** Whether the same picture becomes the same numbers, to four digits, however it is written. */
export function isSamePreprocessing(known: KnownPreprocessing, found: Preprocessing): boolean {
  const close = (x: number, y: number, slack: number) =>
    Math.abs(x - y) <= slack + 1e-4 * Math.max(Math.abs(x), Math.abs(y), 1e-3);
  return (
    known.order === found.order &&
    known.mean.every((mean, channel) => {
      const [factor, other] = [
        known.scale / known.deviation[channel]!,
        found.scale / found.deviation[channel]!,
      ];
      const slack = (known.within ?? 0) * factor;
      const [offset, otherOffset] = [
        mean / known.deviation[channel]!,
        found.mean[channel]! / found.deviation[channel]!,
      ];
      return close(factor, other, 0) && close(offset, otherOffset, slack);
    })
  );
}
