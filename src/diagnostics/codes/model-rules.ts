/** What can be wrong with a model that can be built: values that contradict each other, or have no effect. */
import { defineCodes } from "../codes.ts";

export const modelRuleCodes = defineCodes({
  "model/after-before": {
    severity: "warning",
    message: (v: { key: string; after: number; most: number; mode: string; why: string }) =>
      `\`${v.key}\` is ${v.after} in ${v.mode}, but no more than ${v.most} boxes come to it: ${v.why}.`,
    explain:
      "`before` takes the boxes of highest score, NMS thins them out, and `after` limits what is left. A limit above the number of boxes that come to it limits nothing: either `before` was meant to be higher, or `after` lower.",
  },
  "model/keep-limit": {
    severity: "warning",
    message: (v: { keep: number; most: number; why: string }) =>
      `\`keep\` is ${v.keep}, but an image has at most ${v.most} boxes to keep: ${v.why}.`,
    explain:
      "Each region that is proposed gives at most one detection for each class. A `keep` above that number limits nothing.",
  },
  "model/sample-limit": {
    severity: "warning",
    message: (v: { count: number; proposals: number }) =>
      `\`count\` is ${v.count} regions an image, but there are at most ${v.proposals} proposals to sample from in training.`,
    explain:
      "The second stage is trained on regions sampled from the proposals, to which only the few true boxes are added. With fewer proposals than samples every proposal is taken, and the share of positives is not what `positive` says.",
  },
  "model/no-effect": {
    severity: "warning",
    message: (v: { key: string; reason: string }) => `\`${v.key}\` has no effect: ${v.reason}.`,
    explain:
      "The text sets a value that nothing reads as the model stands, because of another value. One of the two is most likely a mistake; where a base sets the value, `remove` takes it out.",
  },
  "model/warmup-length": {
    severity: "warning",
    message: (v: { warmup: number; steps: number }) =>
      `The warm-up takes ${v.warmup} steps, but the run has ${v.steps}: it never reaches its rate.`,
    explain:
      "The learning rate grows over the first `warmup` steps. A run that is shorter ends before the rate is reached. A short trial run wants `warmup = 0iterations`, or a shorter one.",
  },
  "model/moment-late": {
    severity: "warning",
    message: (v: { at: number; steps: number }) =>
      `The rate is to change at step ${v.at}, but the run ends with step ${v.steps}.`,
    explain:
      "Moments in iterations are fixed, and do not follow the length of the run. As shares of the run, `at = [2/3, 8/9]`, they do.",
  },
  "model/moment-order": {
    severity: "error",
    message: (v: { before: number; at: number }) =>
      `The rate is to change at step ${v.before} and then at step ${v.at}; expected each moment behind the one before it.`,
    explain:
      "The moments of a schedule are listed in the order in which they come. Two that are the same, or one that stands before an earlier one, are a mistake of writing.",
  },
  "model/fixed-rate": {
    severity: "warning",
    message: (v: { rate: number; batch: number }) =>
      `\`batch\` was changed to ${v.batch} images, but the learning rate of ${v.rate} does not follow it.`,
    explain:
      "A rate is right for one size of batch; with a smaller batch it is too high, and the loss may become infinite. `rate = 0.02 per 16images` scales with the batch (Goyal et al. 2017, the linear scaling rule).",
  },
  "model/anchor-beyond-image": {
    severity: "warning",
    message: (v: { size: number; level: string; longest: number }) =>
      `Anchors of ${v.size}px on \`${v.level}\` are larger than any image, whose longer side is at most ${v.longest}px.`,
    explain:
      "An anchor whose side is longer than the longest image lies outside it on both sides, and hardly overlaps any true box enough to be positive. Make the anchors smaller, or `input.longest` larger.",
  },
  "model/anchor-below-stride": {
    severity: "warning",
    message: (v: { size: number; level: string; stride: number }) =>
      `Anchors of ${v.size}px on \`${v.level}\` are smaller than its stride of ${v.stride}px, so that objects lie between them.`,
    explain:
      "Anchors stand one stride apart. Where they are smaller than that, an object of their size can lie between two of them and overlap neither, unless a finer level has such anchors too. Put small anchors on a finer level.",
  },
  "model/level-beyond-image": {
    severity: "warning",
    message: (v: { level: string; stride: number; longest: number }) =>
      `\`${v.level}\` has stride ${v.stride}, which no image reaches: its longer side is at most ${v.longest}px.`,
    explain:
      "A level whose stride is longer than the image has a single cell, which says nothing of where an object lies. Leave the level out, or make the images larger.",
  },
  "model/assign-level": {
    severity: "warning",
    message: (v: { level: number; levels: string }) =>
      `\`assign\` sends regions of its size to the level of stride ${2 ** v.level}, but the regions read ${v.levels}.`,
    explain:
      "A region of `size` pixels is pooled from the level whose stride is two to the power of `level`; smaller and larger ones from its neighbours (Lin et al. 2017, equation 1). Where no level has that stride, most regions end on the first or the last one.",
  },
  "model/no-negatives": {
    severity: "warning",
    message: (v: { found: string }) => `No box is ever negative: ${v.found}.`,
    explain:
      "A box is negative where its overlap is within the range of `negative`. With an empty range the stage never sees background, and learns to call everything an object.",
  },
  "model/nothing-passes": {
    severity: "warning",
    message: (v: { key: string; found: string; limit: string }) =>
      `Nothing passes \`${v.key}\`: it is ${v.found}, and ${v.limit}.`,
    explain:
      "The value throws away every box, so that the model proposes or detects nothing. Scores lie between 0 and 1, and no box is longer than its image.",
  },
  "model/nothing-trains": {
    severity: "error",
    message: (v: { layers: number }) =>
      `All ${v.layers} layers with weights are frozen, so that there is nothing to train.`,
    explain:
      "`train.freeze` and the `freeze` layers of the backbone name all that has weights. At least one layer must be left, such as the heads.",
  },
  "model/pixel-scale": {
    severity: "warning",
    message: (v: { means: string; range: string }) =>
      `The means [${v.means}] do not fit pixels from 0 to ${v.range}.`,
    explain:
      "Means and deviations are subtracted and divided after `scale`: with `scale = 1` pixels go from 0 to 255, with `scale = 1/255` from 0 to 1. Weights that were trained with the one do not work with the other (Detectron2 issue 778).",
  },
  "model/channel-order": {
    severity: "warning",
    message: (v: { means: string; order: string; expected: string }) =>
      `The means [${v.means}] are those of ImageNet in the order \`${v.expected}\`, but \`order\` is \`${v.order}\`.`,
    explain:
      "Torchvision's weights take red, green, blue; those of Caffe and Detectron take blue, green, red. With the other order a detector still runs, and loses much of its precision (maskrcnn-benchmark issue 410).",
  },
});
