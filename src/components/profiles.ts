/** Catalogue of profiles: where code bases differ, what each of them does. Only what is not the default stands here. */
import { byName, type Profile } from "../check/catalog.ts";

/** The 1x schedule with a warm-up of so many images, and the start of the warm-up in every schedule that a text writes. */
const schedules = (images: number, warmupFrom: number): Profile["defaults"] => ({
  "train.schedule": { kind: "steps", at: [2 / 3, 8 / 9], factor: 0.1, warmup: { images }, warmupFrom },
  "schedule.steps.warmupFrom": warmupFrom,
  "schedule.cosine.warmupFrom": warmupFrom,
});

/** Last layers that start near nothing, in Detectron and Detectron2. */
const lastLayers: Profile["defaults"] = {
  "regions.head.classify.initializer": { kind: "normal", deviation: 0.01 },
  "regions.head.classify.biasInitializer": { kind: "constant", value: 0 },
  "regions.head.regress.initializer": { kind: "normal", deviation: 0.001 },
  "regions.head.regress.biasInitializer": { kind: "constant", value: 0 },
};

export const profiles = byName<Profile>([
  {
    name: "torchvision",
    summary:
      "torchvision's models and its training reference: RGB by ImageNet's statistics, category ids kept.",
    source: "torchvision.models.detection; references/detection",
    defaults: {
      classIds: "raw",
      ...schedules(16_000, 1e-3),
    },
  },
  {
    name: "detectron2",
    summary:
      "Detectron2's defaults for pyramids: background last and without outputs of its own, half-pixel RoIAlign of adaptive sampling, L1, six sizes in training, strides of a ResNet in its first 1x1 convolutions.",
    source: "detectron2/config/defaults.py; docs/notes/compatibility.md; Base-RCNN-FPN.yaml",
    defaults: {
      "input.shortest": [640, 672, 704, 736, 768, 800],
      "input.normalize": {
        kind: "caffe",
        scale: 1,
        mean: [103.53, 116.28, 123.675],
        deviation: [1, 1, 1],
        order: "bgr",
      },
      "rpn.anchors.rounded": false,
      "rpn.propose.after": { train: 1000, test: 1000 },
      "rpn.propose.minimumSize": 0,
      "rpn.loss.boxes": { kind: "l1" },
      "regions.background": "last",
      "regions.head.regress.withBackground": false,
      "regions.head.segment.withBackground": false,
      "regions.head.regress.loss": { kind: "l1" },
      ...lastLayers,
      "regions.head.segment.initializer": { kind: "normal", deviation: 0.001 },
      "regions.head.segment.biasInitializer": { kind: "constant", value: 0 },
      "roiOp.roiAlign.sampling": "adaptive",
      "roiOp.roiAlign.aligned": true,
      "detect.minimumSize": 0,
      "detect.paste": "sampled",
      "optimizer.sgd.normDecay": 0,
      ...schedules(16_000, 1e-3),
    },
    flags: { strideIn1x1: true },
  },
  {
    name: "caffe2017",
    summary:
      "Detectron as it was published: widths of boxes with their last pixel, BGR without deviation, straddling anchors left out, proposals counted over the batch, biases at twice the rate and without decay, strides of a ResNet in its first 1x1 convolutions.",
    source: "Detectron, detectron/core/config.py; py-faster-rcnn, lib/fast_rcnn/config.py",
    defaults: {
      boxWidth: "inclusive",
      "input.normalize": {
        kind: "caffe",
        scale: 1,
        mean: [102.9801, 115.9465, 122.7717],
        deviation: [1, 1, 1],
        order: "bgr",
      },
      "rpn.anchors.rounded": "sides",
      "rpn.anchors.straddling": "discard",
      "rpn.propose.afterOver": "batch",
      "rpn.propose.separate": "oneByOne",
      "rpn.propose.minimumSize": 0,
      "regions.head.regress.loss": { kind: "smoothL1", beta: 1 },
      ...lastLayers,
      "detect.minimumSize": 0,
      "optimizer.sgd.biasRate": 2,
      "optimizer.sgd.biasDecay": 0,
      ...schedules(8000, 1 / 3),
    },
    flags: { strideIn1x1: true },
  },
]);
