/** Catalogue rows that several layers share. */
import type { ParameterDef } from "../../check/catalog.ts";
import { boolean, component, positiveInteger, size } from "../../check/kinds.ts";

export const kernel: ParameterDef = { kind: size, summary: "Height and width of the window." };
export const channels: ParameterDef = { kind: positiveInteger, summary: "Channels of the output." };
export const stride: ParameterDef = { kind: size, default: [1, 1], summary: "Step of the window." };
export const bias: ParameterDef = {
  kind: boolean,
  derived: "true, unless the output goes into normalization layers only",
  summary: "Whether a trained vector is added to the output.",
};
export const initializer: ParameterDef = {
  kind: component("initializer"),
  default: { kind: "uniformFanIn" },
  summary: "How the weights start; as in torch unless told.",
};
export const biasInitializer: ParameterDef = {
  kind: component("initializer"),
  default: { kind: "uniformFanIn" },
  summary: "How the bias starts; as in torch unless told.",
};
