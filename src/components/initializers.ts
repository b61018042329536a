/** Catalogue of laws by which weights start. */
import { byName, type Component } from "../check/catalog.ts";
import { nonNegative, word } from "../check/kinds.ts";

export const initializers = byName<Component>([
  {
    name: "constant",
    role: "initializer",
    summary: "Every element the same.",
    parameters: { value: { kind: { kind: "number" }, summary: "The element." } },
  },
  {
    name: "normal",
    role: "initializer",
    summary: "Normal distribution with mean 0.",
    parameters: { deviation: { kind: nonNegative, summary: "Standard deviation." } },
  },
  {
    name: "uniformFanIn",
    role: "initializer",
    summary: "Uniform on (-b, b) with b = 1 / sqrt(fan in).",
    source: "torch's default for convolutions and linear layers",
    parameters: {},
  },
  {
    name: "kaimingUniform",
    role: "initializer",
    summary: "Uniform on (-b, b) with b = sqrt(6 / ((1 + slope^2) * fan in)).",
    source: "He et al. 2015; torch.nn.init.kaiming_uniform_",
    parameters: { slope: { kind: nonNegative, default: 0, summary: "Slope of the rectifier below zero." } },
  },
  {
    name: "kaimingNormal",
    role: "initializer",
    summary: "Normal with mean 0 and variance 2 / fan.",
    source: "He et al. 2015; torch.nn.init.kaiming_normal_",
    parameters: { fan: { kind: word("in", "out"), default: "in", summary: "Which fan keeps its variance." } },
  },
]);
