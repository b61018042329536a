/** What can be wrong when networks are built and numbers derived. */
import { defineCodes } from "../codes.ts";

type None = Record<never, never>;

/** The first names of a list, which may be long. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => `\`${name}\``);
  if (shown.length === 0) return "";
  return `: ${shown.join(", ")}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ""}`;
}

export const modelCodes = defineCodes({
  "model/shape": {
    severity: "error",
    message: (v: { layer: string; path: string; problem: string }) =>
      `\`${v.layer}\` (\`${v.path}\`) cannot be built: ${v.problem}.`,
    explain:
      "The shape of every feature map is known when the text is compiled. The message gives the shapes that do not fit, without the batch; `H/4` is the height of the image divided by 4. The places below it are the uses that led there.",
  },
  "model/alike": {
    severity: "error",
    message: (v: { layer: string; path: string }) =>
      `Two uses of \`${v.layer}\` have the path \`${v.path}\`; name one of them with \`as\`.`,
    explain:
      "Layers with weights are found by their path in checkpoints, logs and overrides, so that no two may share one. `layer as name` names a use.",
  },
  "model/no-such-use": {
    severity: "error",
    message: (v: { path: string; nearest?: string | undefined }) =>
      `There is no use of a layer at \`${v.path}\` to change.${v.nearest ? ` Did you mean \`${v.nearest}\`?` : ""}`,
    explain:
      "A path leads from a key of the model over results, uses and `[i]` of a repetition to a layer, and no further than to one of its arguments: `backbone.c2.rest[1].conv2.dilation`. `rcnn inspect` lists the paths. Results that nothing reads are not built and have none.",
  },
  "model/not-a-layer": {
    severity: "error",
    message: (v: { text: string; found: string }) =>
      `\`${v.text}\` is ${v.found}; expected a layer, a block or a network.`,
    explain:
      "Behind `->` stands what is applied to the value before it: a layer, a block, a network, a `repeat` or an `if` that gives one.",
  },
  "model/not-features": {
    severity: "error",
    message: (v: { text: string; found: string }) => `\`${v.text}\` is ${v.found}; expected a feature map.`,
    explain:
      "Layers work on feature maps: the input of a body, a result of a pipeline, or one of the results of a network.",
  },
  "model/several-maps": {
    severity: "error",
    message: (v: { layer: string; names: string }) =>
      `\`${v.layer}\` takes one feature map, but gets several: ${v.names}.`,
    explain:
      "A network with several results feeds networks that take them by name (`on { c2, c3 }`). A layer takes one: bind the network to a name and write `name.result`.",
  },
  "model/missing-input": {
    severity: "error",
    message: (v: { network: string; name: string; available: string }) =>
      `\`${v.network}\` takes \`${v.name}\`, which it is not given; there are ${v.available}.`,
    explain:
      "A network that declares `on { names }` takes feature maps of these names from the network before it.",
  },
  "model/repeat-count": {
    severity: "error",
    message: (v: { text: string; most: number }) =>
      `\`${v.text}\` is no number of repetitions; expected a whole number from 0 to ${v.most}.`,
    explain: "`repeat n { ... }` applies its body n times, one behind the other. Zero times gives its input.",
  },
  "model/too-large": {
    severity: "error",
    message: (v: { most: number }) => `The model has more than ${v.most} layers.`,
    explain: "The limit keeps a wrong `repeat` from exhausting memory.",
  },
  "model/unknown-level": {
    severity: "error",
    message: (v: { name: string; known: string }) =>
      `The backbone has no feature map \`${v.name}\`; it gives ${v.known}.`,
    explain:
      "`on` names results of the last network of the backbone. A range `p2..p5` follows the order in which they are declared.",
  },
  "model/levels": {
    severity: "error",
    message: (v: { problem: string }) => `These feature maps cannot be read together: ${v.problem}.`,
    explain:
      "One head with one set of weights reads all levels, so that they need the same number of channels, and go from fine to coarse. Regions find their level by a formula that wants each stride to be twice the one before it.",
  },
  "model/level-count": {
    severity: "error",
    message: (v: { key: string; sizes: number; levels: number }) =>
      `\`perLevel\` gives ${v.key} for ${v.sizes} level${v.sizes === 1 ? "" : "s"}, but the RPN reads ${v.levels}.`,
    explain:
      "`perLevel(...)` assigns anchor sizes, scales or ratios by level and must have as many entries as `rpn on ...` names levels.",
  },
  "model/uneven-anchors": {
    severity: "error",
    message: (v: { counts: string }) =>
      `Levels have different numbers of anchors in a cell (${v.counts}), but share one head.`,
    explain:
      "The head of the RPN has the same outputs on every level, so that every level has the same number of anchors in a cell.",
  },
  "model/anchor-sizes": {
    severity: "error",
    message: (v: { problem: "both" | "neither" }) =>
      v.problem === "both"
        ? "Anchors have `sizes` and `scales`; only one of the two can hold."
        : "Anchors have no size; give `sizes` in pixels or `scales` in strides.",
    explain:
      "The size of anchors is given in pixels, `sizes = [128, 256, 512]px`, or in strides of each level, `scales = [8]`.",
  },
  "model/after-level": {
    severity: "error",
    message: (_: None) =>
      "`afterLevel` counts the boxes of an NMS for each level, which `offset` does not make.",
    explain:
      "With `separate = offset` one NMS runs over all levels, so that a limit for each level (`afterLevel`) needs `separate = oneByOne`, which it also implies.",
  },
  "model/no-proposals": {
    severity: "error",
    message: (_: None) =>
      "Nothing proposes regions; write a block `rpn on ... { ... }`, or `proposals = file`.",
    explain:
      "A detector in two stages looks at regions that its RPN proposes (Faster R-CNN) or that a file holds (R-CNN, Fast R-CNN).",
  },
  "model/two-proposals": {
    severity: "error",
    message: (_: None) => "Regions come from `proposals` and from `rpn`; a model has one of the two.",
    explain:
      "A model proposes regions itself, by `rpn`, or reads them from a file, by `proposals = file`. `remove rpn` takes the RPN out of a model that it extends.",
  },
  "model/adaptive-maximum": {
    severity: "error",
    message: (_: None) =>
      "Adaptive sampling has an average only; give a number of samples, or `reduce = average`.",
    explain:
      "With adaptive sampling the number of points differs from region to region, and RoIAlign is computed by their averaged weights, which a maximum does not have.",
  },
  "model/context": {
    severity: "error",
    message: (v: { size: string; context: string; least: number }) =>
      `Of ${v.size} bins, ${v.context} of context on each side leave fewer than ${v.least} for the region itself.`,
    explain:
      "The bins of `context` on both sides show what is around a region; the others show the region. One must be left in height and in width, and two where `roiCrop` samples both ends.",
  },
  "model/multiple": {
    severity: "error",
    message: (v: { multiple: number; stride: number; path: string }) =>
      `Images padded to a multiple of ${v.multiple} pixels do not fit stride ${v.stride}, from which \`${v.path}\` enlarges.`,
    explain:
      "An enlarged map fits the finer one only where the padded size of the image is divisible by the stride. Set `input.multiple` to a multiple of that stride.",
  },
  "model/head-output": {
    severity: "error",
    message: (v: { what: string; found: string; wanted: string }) =>
      `${v.what} gives ${v.found}; expected ${v.wanted}.`,
    explain:
      "The last layers of heads are derived: dense layers behind the trunk, which must give a vector, and 1x1 convolutions behind mask layers and the head of the RPN, which must give maps.",
  },
  "model/freeze-nothing": {
    severity: "error",
    message: (v: { pattern: string; nearest: string | undefined }) =>
      `\`${v.pattern}\` names no layer with weights${v.nearest === undefined ? "" : `; the nearest path is \`${v.nearest}\``}.`,
    explain:
      "`train.freeze` takes paths of layers and heads, as `rcnn inspect` lists them; `*` stands for any text, dots too: `backbone.c2.*`.",
  },
  "model/head-source": {
    severity: "error",
    message: (v: { head: string; name: string; problem: string }) =>
      `\`${v.head}\` cannot continue \`${v.name}\`: ${v.problem}.`,
    explain:
      "Behind `from` stands what a head continues: `trunk`, the name of a layer inside the trunk (given by `as`, or that of the layer), or the name of another head, whose layers it shares. A mask head is shown positives only, so that no other head continues it.",
  },
  "model/two-sources": {
    severity: "error",
    message: (v: { head: string }) =>
      `\`${v.head}\` pools regions for itself and goes on from something else.`,
    explain:
      "A head has its own `pool`, or continues what `from` names. Remove one of the two; where a head had `from` from the model that it extends, `remove` it.",
  },
  "model/mask-size": {
    severity: "error",
    message: (v: { found: string }) =>
      `The layers before the mask give ${v.found}; write \`size\`, the side of the mask.`,
    explain:
      "Behind a map the masks are as large as the map. Behind a vector a dense layer gives `size` by `size` logits for each class (He et al. 2017, table 2e, MLP), and `size` follows from nothing.",
  },
  "model/mask-targets": {
    severity: "error",
    message: (v: { written: number; found: number }) =>
      `\`size\` is ${v.written}, but the masks of this head have ${v.found} by ${v.found} cells.`,
    explain:
      "The true masks that a mask head learns from are cut to the size of what it gives. Behind a map that size follows, and need not be written; where it is, it must agree.",
  },
  "model/heads": {
    severity: "error",
    message: (v: { problem: string }) => `The heads do not make a detector: ${v.problem}.`,
    explain:
      "A detector has one head that classifies and one that regresses boxes, and at most one that segments.",
  },
  "model/classes-missing": {
    severity: "error",
    message: (_: None) => "The number of classes is not known; write `classes = ...`, or give a data set.",
    explain:
      "The widths of the last layers follow from the number of foreground classes. It defaults to the number of categories of the data set.",
  },
  "model/classes-conflict": {
    severity: "error",
    message: (v: { text: number; data: number; names: readonly string[] }) =>
      `\`classes\` is ${v.text}, but the data set has ${v.data} categor${v.data === 1 ? "y" : "ies"}${listed(v.names)}.`,
    explain: "Where both the text and the data set say how many classes there are, they must agree.",
  },
  "model/raw-ids": {
    severity: "error",
    message: (v: { problem: string }) => `The ids of the categories cannot be classes: ${v.problem}.`,
    explain:
      "With `classIds = raw` the id of a category is its class, so that ids begin at 1 (0 is the background) and end at `classes`: 90 for COCO, whose 80 categories have ids up to 90.",
  },
  "model/match-order": {
    severity: "error",
    message: (v: { negative: number; positive: number }) =>
      `\`negative\` ends at ${v.negative}, above \`positive\` at ${v.positive}.`,
    explain:
      "A box is positive from an overlap of `positive` and negative below `negative`, so that `negative` cannot be the higher one.",
  },
  "model/sides": {
    severity: "error",
    message: (v: { shortest: number; longest: number }) =>
      `\`longest\` is ${v.longest}px, shorter than \`shortest\` with ${v.shortest}px.`,
    explain:
      "`shortest` is the shorter side of an image after resizing and `longest` the limit of the longer one.",
  },
  "model/two-lengths": {
    severity: "error",
    message: (v: { first: string; second: string }) =>
      `The length of the run is given twice, as \`${v.first}\` and as \`${v.second}\`.`,
    explain:
      "A text gives the length of the run in images, in epochs or in steps. A model that extends another, or `--set`, may replace one by the other.",
  },
  "model/no-epoch": {
    severity: "error",
    message: (_: None) => "Something is counted in epochs, and nothing says how many images an epoch has.",
    explain:
      "A config is complete without a data set, so what an epoch is stands in it: `train { epoch = 117266images }`. Lengths in images, or moments as fractions of the run, need none.",
  },
});
