/** The resolved input and training of a model. */

export interface InputModel {
  /** The shorter side after resizing, in pixels, unless the longer would pass `longest`. */
  readonly shortest: number;
  /** What that side is in training: drawn anew for each image. */
  readonly trainShortest:
    | { readonly kind: "choice"; readonly sizes: readonly number[] }
    | { readonly kind: "range"; readonly from: number; readonly to: number };
  readonly longest: number;
  /** Height and width are rounded up to a multiple of this by padding below and to the right. */
  readonly multiple: number;
  /** `(pixel * scale - mean) / deviation`, pixels 0 to 255, channels in `order`. */
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  readonly order: "rgb" | "bgr";
  /** Probability of a horizontal flip in training. */
  readonly flip: number;
  /** Factors from which training draws one for the size of each image; null leaves it. */
  readonly jitter: readonly [from: number, to: number] | null;
  /** The window that training cuts out of each resized image; null shows all of it. */
  readonly crop: { readonly height: number; readonly width: number } | null;
}

/** The input with the largest shorter side that training draws, but for its jitter: every other image is smaller. */
export const largestRule = (input: InputModel): InputModel => ({
  ...input,
  shortest: largestOf(input.trainShortest),
});

export const largestOf = (sizes: InputModel["trainShortest"]): number =>
  sizes.kind === "range" ? sizes.to : Math.max(...sizes.sizes);

interface Warmup {
  /** So many first steps have a lower rate, which grows linearly. */
  readonly warmup: number;
  /** Share of the rate at step 0; null begins with 1 / warmup. */
  readonly warmupFrom: number | null;
}

export type ScheduleModel =
  | (Warmup & {
      readonly kind: "steps";
      /** Steps from which the rate is multiplied by `factor`, once each. */
      readonly at: readonly number[];
      readonly factor: number;
    })
  /** Half a cosine from 1 to `end` over the run (Loshchilov and Hutter 2017, equation 5). */
  | (Warmup & { readonly kind: "cosine"; readonly end: number });

export interface OptimizerModel {
  readonly kind: "sgd";
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  /** Factors of rate and decay for biases, and of decay for scales and offsets of normalization. */
  readonly biasRate: number;
  readonly biasDecay: number;
  readonly normDecay: number;
}

export interface TrainModel {
  /** Images a step. */
  readonly batch: number;
  readonly steps: number;
  readonly optimizer: OptimizerModel;
  /** At `batch`: what the text says, scaled from its own batch. */
  readonly rate: number;
  readonly schedule: ScheduleModel;
  /** Upper limit of the global gradient norm. */
  readonly clip: number | null;
  /** Paths of the layers and heads whose weights are not trained. */
  readonly frozen: readonly string[];
  /** Whether batch normalization among them keeps its running values and uses them. */
  readonly freezeStatistics: boolean;
}
