/** Everything that a text can name: all components by role, and the sections of a model. */

import { initializers } from "./initializers.ts";
import { normalizations } from "./input-catalog.ts";
import { layers } from "./layers/index.ts";
import { losses } from "./loss-catalog.ts";
import { profiles } from "./profiles.ts";
import { roiOps } from "./roi-op-catalog.ts";
import { anchorRatios, anchorScales, anchorSizes } from "./sections/anchors.ts";
import { samplers } from "./sections/match-and-sample.ts";
import { model } from "./sections/model.ts";
import { proposals } from "./sections/proposals.ts";
import { optimizers, schedules } from "./training-catalog.ts";

export const catalog = {
  components: {
    layer: layers,
    initializer: initializers,
    loss: losses,
    roiOp: roiOps,
    optimizer: optimizers,
    schedule: schedules,
    normalization: normalizations,
    anchorSizes,
    anchorScales,
    anchorRatios,
    sampler: samplers,
    proposals,
  },
  model,
  profiles,
} as const;
