/** The last layers that heads derive: a dense layer, and the 1x1 convolutions of the RPN. */

import type { Value } from "../ir/types.ts";
import type { Initializer } from "../model/model.ts";
import type { LowerContext } from "./context.ts";

export interface LastLayer {
  readonly path: string;
  readonly outputs: number;
  readonly initializer: Initializer;
  readonly biasInitializer: Initializer;
}

/** `[R, C]` -> `[R, outputs]`: parameters `<path>.weights [C, outputs]`, `<path>.bias`. */
export function lowerDense(context: LowerContext, layer: LastLayer, input: Value): Value {
  const channels = input.type.shape[1]!;
  const fans = { in: channels, out: layer.outputs };
  const b = context.at(layer.path);
  const { parameter } = context;
  const weights = parameter(
    `${layer.path}.weights`,
    "weight",
    [channels, layer.outputs],
    layer.initializer,
    fans,
  );
  const bias = parameter(`${layer.path}.bias`, "weight", [layer.outputs], layer.biasInitializer, fans);
  return b.add(b.matmul(input, weights, { transposeX: false, transposeY: false }), bias);
}

/** Filter `[1, 1, C, outputs]` and bias of a 1x1 convolution, made once however often it is used. */
export function pointwiseParameters(
  context: LowerContext,
  layer: LastLayer,
  channels: number,
): [Value, Value] {
  const fans = { in: channels, out: layer.outputs };
  const { parameter } = context;
  return [
    parameter(`${layer.path}.filter`, "weight", [1, 1, channels, layer.outputs], layer.initializer, fans),
    parameter(`${layer.path}.bias`, "weight", [layer.outputs], layer.biasInitializer, fans),
  ];
}

/** `[N, H, W, C]` -> `[N, H, W, outputs]`. */
export function lowerPointwise(context: LowerContext, layer: LastLayer, input: Value): Value {
  const [filter, bias] = pointwiseParameters(context, layer, input.type.shape[3]!);
  const b = context.at(layer.path);
  const attributes = {
    strides: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilations: [1, 1],
  };
  return b.add(b.conv2d(input, filter, attributes), bias);
}
