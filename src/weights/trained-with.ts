/** What weights were trained with and what no tensor says: how pixels became numbers, the epsilon of normalization, the classes. */
import type { InputModel } from "../model/model.ts";

/** Pixels as the network saw them: `(pixel * scale - mean) / deviation`, pixels 0 to 255, channels in `order`. */
export type Preprocessing = Pick<InputModel, "order" | "scale" | "mean" | "deviation">;

export interface Category {
  readonly id: number;
  readonly name: string;
}

/** Each is absent where it is not known. */
export interface TrainedWith {
  readonly input?: Preprocessing;
  /** Added to variances before the root: of all layers that normalize, or by the paths of our layers. */
  readonly epsilon?: number | Readonly<Record<string, number>>;
  readonly categories?: readonly Category[];
}
