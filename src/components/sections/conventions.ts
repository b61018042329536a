/** Catalogue entries of the keys of a model that choose between the conventions of code bases. */
import type { Section } from "../../check/catalog.ts";
import { word } from "../../check/kinds.ts";
import { profiles } from "../profiles.ts";

export const conventions: Section["parameters"] = {
  profile: {
    kind: word(...Object.keys(profiles)),
    derived: "none: each key has the default that it shows",
    summary:
      "Sets the defaults of all keys in which code bases differ. A key that the text gives stands above it.",
  },
  classIds: {
    kind: word("contiguous", "raw"),
    default: "contiguous",
    summary:
      "`contiguous`: categories become classes 1 to K in the order of their ids. `raw`: the ids are the classes, and `classes` is the highest (torchvision: 90 for COCO).",
  },
};
