/** Catalogue entries of `anchors { ... }` and of values by level that it takes. */
import { byName, type Component, type Section } from "../../check/catalog.ts";
import {
  boolean,
  component,
  either,
  fraction,
  type Kind,
  list,
  positiveNumber,
  type Role,
  word,
} from "../../check/kinds.ts";

const side: Kind = { kind: "number", unit: "px", above: 0 };
const ratio: Kind = { kind: "ratio" };

const byLevel = (role: Role, item: Kind, what: string): Readonly<Record<string, Component>> =>
  byName<Component>([
    {
      name: "perLevel",
      role,
      summary: `One ${what}, or one list of them, for each level.`,
      source: "Lin et al. 2017, section 4.1",
      parameters: {
        levels: {
          kind: list(either(item, list(item))),
          variadic: true,
          summary: "What each level has, finest first.",
        },
      },
    },
  ]);

export const anchorSizes = byLevel("anchorSizes", side, "size");
export const anchorScales = byLevel("anchorScales", positiveNumber, "scale");
export const anchorRatios = byLevel("anchorRatios", ratio, "ratio");

export const anchors: Section = {
  name: "anchors",
  summary: "Boxes of fixed sizes and ratios at every cell of every level.",
  source: "Ren et al. 2015, section 3.1.1",
  parameters: {
    sizes: {
      kind: either(list(side), side, component("anchorSizes")),
      derived: "`scales` times the stride of each level",
      summary: "Square roots of anchor areas, for every level or `perLevel(...)`.",
    },
    scales: {
      kind: either(list(positiveNumber), positiveNumber, component("anchorScales")),
      derived: "`sizes`, which are given instead",
      summary: "Square roots of anchor areas in strides of the level, for every level or `perLevel(...)`.",
    },
    ratios: {
      kind: either(list(ratio), component("anchorRatios")),
      default: [0.5, 1, 2],
      summary: "Height to width, for every level or `perLevel(...)`.",
    },
    offset: {
      kind: fraction,
      default: 0,
      summary: "Where in its cell an anchor has its centre: 0 in the upper left corner, 0.5 in the middle.",
    },
    rounded: {
      kind: either(boolean, word("sides")),
      default: true,
      summary:
        "`true`: corners of base anchors are rounded half to even and strides are whole, as in torchvision. `sides`: width and height of an anchor as large as the stride are rounded and then scaled, as in py-faster-rcnn.",
    },
    clip: {
      kind: boolean,
      default: false,
      summary: "Whether anchors are cut at the border of the image before they are matched and decoded.",
    },
    straddling: {
      kind: word("keep", "discard"),
      default: "keep",
      summary: "Whether anchors across the border of the image take part in training.",
    },
  },
  sections: {},
};
