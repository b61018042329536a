/** Catalogue entries of `anchors { ... }` and of the sizes by level that it takes. */
import { byName, type Component, type Section } from "../../check/catalog.ts";
import { boolean, component, either, type Kind, list, word } from "../../check/kinds.ts";

const side: Kind = { kind: "number", unit: "px", above: 0 };

export const anchorSizes = byName<Component>([
  {
    name: "perLevel",
    role: "anchorSizes",
    summary: "One size, or one list of sizes, for each level.",
    source: "Lin et al. 2017, section 4.1",
    parameters: {
      levels: {
        kind: list(either(side, list(side))),
        variadic: true,
        summary: "Sizes of each level, finest first.",
      },
    },
  },
]);

export const anchors: Section = {
  name: "anchors",
  summary: "Boxes of fixed sizes and ratios, centred on every cell of every level.",
  source: "Ren et al. 2015, section 3.1.1",
  parameters: {
    sizes: {
      kind: either(list(side), side, component("anchorSizes")),
      summary: "Square roots of anchor areas, for every level or `perLevel(...)`.",
    },
    ratios: { kind: list({ kind: "ratio" }), default: [0.5, 1, 2], summary: "Height to width." },
    rounded: {
      kind: boolean,
      default: true,
      summary: "Whether base anchors are rounded half to even and strides are whole, as in torchvision.",
    },
    straddling: {
      kind: word("keep", "discard"),
      default: "keep",
      summary: "Whether anchors across the border of the image take part in training.",
    },
  },
  sections: {},
};
