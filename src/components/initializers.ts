/** Catalogue of laws by which weights start. */
import { byName, type Component, type ParameterDef } from "../check/catalog.ts";
import { nonNegative, positiveNumber, word } from "../check/kinds.ts";

const gain: ParameterDef = {
  kind: positiveNumber,
  default: 1,
  summary: "Factor that the activation asks for.",
};
const slope: ParameterDef = { kind: nonNegative, default: 0, summary: "Slope of the rectifier below zero." };
const fan: ParameterDef = {
  kind: word("in", "out"),
  default: "in",
  summary: "Whether activations (in) or gradients (out) keep their variance.",
};

export const initializers = byName<Component>([
  {
    name: "constant",
    role: "initializer",
    summary: "Every element the same.",
    source: "torch.nn.init.constant_",
    parameters: { value: { kind: { kind: "number" }, summary: "The element." } },
  },
  {
    name: "normal",
    role: "initializer",
    summary: "Normal distribution with mean 0.",
    source: "torch.nn.init.normal_; Caffe's gaussian",
    parameters: { deviation: { kind: nonNegative, summary: "Standard deviation." } },
  },
  {
    name: "truncatedNormal",
    role: "initializer",
    summary: "Normal distribution with mean 0, drawn again until within two deviations.",
    source:
      "tf.random.truncated_normal; torch.nn.init.trunc_normal_ with a = -2 deviations, b = 2 deviations",
    parameters: { deviation: { kind: nonNegative, summary: "Standard deviation before the ends are cut." } },
  },
  {
    name: "uniform",
    role: "initializer",
    summary: "Uniform on (-bound, bound).",
    source: "torch.nn.init.uniform_",
    parameters: { bound: { kind: nonNegative, summary: "The greatest magnitude." } },
  },
  {
    name: "uniformFanIn",
    role: "initializer",
    summary: "Uniform on (-b, b) with b = 1 / sqrt(fan in).",
    source: "torch's default for convolutions and linear layers",
    parameters: {},
  },
  {
    name: "xavierUniform",
    role: "initializer",
    summary: "Uniform on (-b, b) with b = gain * sqrt(6 / (fan in + fan out)).",
    source: "Glorot and Bengio 2010; torch.nn.init.xavier_uniform_",
    parameters: { gain },
  },
  {
    name: "xavierNormal",
    role: "initializer",
    summary: "Normal with mean 0 and variance gain^2 * 2 / (fan in + fan out).",
    source: "Glorot and Bengio 2010; torch.nn.init.xavier_normal_",
    parameters: { gain },
  },
  {
    name: "kaimingUniform",
    role: "initializer",
    summary: "Uniform on (-b, b) with b = sqrt(6 / ((1 + slope^2) * fan)).",
    source: "He et al. 2015; torch.nn.init.kaiming_uniform_; with slope 1 Caffe2's XavierFill",
    parameters: { slope, fan },
  },
  {
    name: "kaimingNormal",
    role: "initializer",
    summary: "Normal with mean 0 and variance 2 / ((1 + slope^2) * fan).",
    source: "He et al. 2015; torch.nn.init.kaiming_normal_; with fan = out Caffe2's MSRAFill",
    parameters: { fan, slope },
  },
  {
    name: "bilinear",
    role: "initializer",
    summary: "Bilinear interpolation of each channel by itself, for a `deconv` that enlarges; 0 in a bias.",
    source: "Long et al. 2015, section 3.3",
    parameters: {},
  },
]);
