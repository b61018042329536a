/** Texts that combine the words of the vocabulary at tiny sizes: a choice for each dimension, any with any other. */
import { randomStream } from "../../src/support/random.ts";

/** Layers that leave the shape of a map, regions or vectors as it is. */
const anywhere = [
  "relu",
  "leakyRelu(0.2)",
  "sigmoid",
  "swish",
  "hardSigmoid",
  "hardSwish",
  "batchNorm(corrected = false)",
  "frozenBatchNorm",
  "groupNorm(2)",
  "localResponseNorm(3, k = 2)",
  "dropout(30%)",
  "freeze",
];

/** Those of maps and regions with eight channels. */
const spatial = [
  ...anywhere,
  "conv(3x3, 8, dilation = 2)",
  "conv(3x3, 8, groups = 4, paddingMode = reflect)",
  "conv(3x3, 8, groups = 8, padding = same, bias = false)",
  "deconv(3x3, 8)",
  "deconv(3x3, 8, dilation = 2, groups = 2)",
  "maxPool(3x3, stride = 1)",
  "avgPool(3x3, stride = 1, countBorder = false)",
  "avgPool(2x2, stride = 1, padding = same)",
  "localResponseNorm(3, over = cells)",
  "upsample(2) -> conv(3x3, 8, stride = 2)",
  "resize(2, method = nearest) -> maxPool(2x2, stride = 2)",
  "excite()",
  "shrunk()",
  "twice()",
];

const initializers = [
  "constant(0.01)",
  "normal(0.02)",
  "truncatedNormal(0.02)",
  "uniform(0.05)",
  "uniformFanIn",
  "xavierUniform",
  "xavierNormal(gain = 0.5)",
  "kaimingUniform(slope = 1, fan = out)",
  "kaimingNormal(slope = 0.1)",
  "bilinear",
];

const boxLosses = ["smoothL1(beta = 1)", "smoothL1(beta = 0)", "l1", "iou", "giou", "diou", "ciou"];

const pools = (size: string): readonly string[] => [
  `roiPool(${size})`,
  `roiWarp(${size}, reduce = max)`,
  `roiWarp(${size}, sampling = 1, context = 1)`,
  `roiAlign(${size}, sampling = adaptive, aligned = true)`,
  `roiAlign(${size}, sampling = 1, reduce = max)`,
  `roiAlign(${size}, context = 1x0)`,
  `roiCrop(${size})`,
  `roiCrop(${size}, context = 1)`,
];

const heads = ["conv(3x3, 8) as shared -> relu -> ", "shrunk() as shared -> ", ""];

/** What each dimension may be. */
export const dimensions = {
  profile: ["", "profile = torchvision", "profile = detectron2", "profile = caffe2017"],
  boxWidth: ["difference", "inclusive"],
  normalize: ["imagenet", "caffe", "caffeRgb", "none"],
  stem: ["padding = same", "padding = 1", "paddingMode = reflect"],
  inBackbone: spatial,
  inRpn: spatial,
  rpnBody: heads,
  anchors: [
    "sizes = perLevel(8px, 16px, 32px)  ratios = [1:2, 1:1]",
    "sizes = [8, 12]px  ratios = perLevel(1:1, 2:1, 1:2)  offset = 0.5  rounded = false",
    "scales = [1, 2]  rounded = sides  clip = true",
    "scales = perLevel(2, 1, 4)  straddling = discard",
  ],
  propose: [
    "before = 30  after = 12",
    "before = 20  after = 12  separate = oneByOne  minimumScore = 0.01",
    "before = { train = 30, test = 20 }  beforeOver = image  after = 8",
    "before = 20  afterLevel = 4  after = 10  afterOver = batch  minimumSize = 0",
  ],
  objectness: ["binaryCrossEntropy", "softmaxCrossEntropy", "focal", "focal(alpha = 0.5, gamma = 0)"],
  rpnBoxes: boxLosses,
  coder: ["", "coder { weights = [1, 2, 3, 4]  clamp = 2 }"],
  rpnWeights: ["", "objectnessWeight = 0.5  boxesWeight = 10"],
  proposals: ["rpn", "file"],
  assign: ["", "assign { size = 16px  level = 2  epsilon = 0 }"],
  match: [
    "match { positive = 0.5  negative = 0.1..0.5 }",
    "match { positive = 0.6  negative = 0.3  keepBest = true }",
  ],
  sample: [
    "sample { count = 6  positive = 50%  choose = random }",
    "sample { count = 4  choose = hardest(nms = 0.6) }",
  ],
  background: ["first", "last"],
  addTruths: ["true", "false"],
  pool: pools("4x4"),
  inTrunk: spatial,
  trunkEnd: ["flatten -> dense(8) as fc", "globalPool", "globalPool(by = maximum) -> dense(8) as fc"],
  behind: anywhere,
  label: [
    "from = trunk  loss = softmaxCrossEntropy",
    "loss = binaryCrossEntropy  weight = 2",
    "loss = focal(gamma = 1)",
    "loss = hinge  layers = dense(8) as own -> relu",
    "from = trunk.body.kept  layers = flatten  loss = hinge",
  ],
  box: ["from = trunk", "from = label", "layers = dense(8) as own", "from = kept2  layers = flatten"],
  perClass: ["true", "false"],
  boxBackground: ["true", "false"],
  boxes: boxLosses,
  boxInitializer: initializers,
  classes: ["1", "3"],
  mask: [
    "",
    "pool = POOL  layers = INSIDE -> deconv(2x2, 8, stride = 2) as up",
    "pool = POOL  layers = flatten -> dense(8) as a -> relu  size = 6",
    "from = kept2  layers = conv(3x3, 8) as a -> INSIDE",
  ],
  maskPool: pools("6x6"),
  inMask: spatial,
  maskLoss: ["sigmoidCrossEntropy", "sigmoidCrossEntropy(perClass = false)", "softmaxCrossEntropy"],
  maskBackground: ["true", "false"],
  filters: initializers,
  biases: initializers,
  detect: [
    "score = 0.01  keep = 4",
    "score = 0  perClass = false  nms = 0.3  keep = 4  minimumSize = 0",
    "score = 0.05  keep = 2  paste = sampled",
  ],
  optimizer: [
    "sgd",
    "sgd(nesterov = true, momentum = 0.5)",
    "sgd(momentum = 0, weightDecay = 0)",
    "sgd(biasRate = 2, biasDecay = 0, normDecay = 0)",
  ],
  freeze: [
    "",
    'freeze = ["backbone.c2.*"]',
    'freeze = ["backbone.*", "regions.trunk.*"]',
    'freeze = ["backbone.c2.*"]  freezeStatistics = false',
    'freeze = ["regions.label"]',
  ],
  clip: ["none", "1"],
  schedule: ["steps(at = [50%], factor = 0.5)", "cosine(end = 1%, warmup = 2iterations, warmupFrom = 0.1)"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Combination = Readonly<Record<keyof typeof dimensions, string>>;

const declarations = ({ stem, inBackbone, filters, biases }: Combination): string => `
block excite() {
  factor = input -> globalPool(keepSides = true) -> conv(1x1, input.channels) as factor -> hardSigmoid
  return [input, factor] -> multiply
}
block shrunk() {
  small = input -> resize(size = 3x3, alignCorners = true) -> conv(1x1, input.channels) as small
  return [small, input] -> resizeLike(method = nearest)
}
block twice() {
  other = input -> conv(1x1, input.channels, initializer = ${filters}, biasInitializer = ${biases}) as other
  return [input + other, other] -> concat -> conv(1x1, input.channels) as joined
}
block small() { return input -> conv(3x3, 8) as kept -> relu }
network tiny -> { c2, c3, c4 } {
  stem = input -> conv(3x3, 8, stride = 2, ${stem}, initializer = ${filters}, biasInitializer = ${biases}) -> relu
  c2 = stem -> conv(3x3, 8, stride = 2) -> batchNorm -> relu
  c3 = c2 -> ${inBackbone} -> conv(3x3, 8, stride = 2) as down
  c4 = c3 -> conv(3x3, 8, stride = 2)
}
`;

/** The text of one combination: a whole model, called `m`. */
export function textOf(each: Combination): string {
  return `${declarations(each)}
model m {
  ${each.profile}
  classes  = ${each.classes}
  boxWidth = ${each.boxWidth}
  input { shortest = 32px  longest = 64px  multiple = 32px  normalize = ${each.normalize} }
  backbone = tiny
  ${each.proposals === "file" ? "proposals = file(count = 12)" : rpnOf(each)}
  regions on c2..c4 {
    ${each.assign}
    ${each.match}
    ${each.sample}
    background = ${each.background}
    addTruths = ${each.addTruths}
    pool  = ${each.pool}
    trunk = small() as body -> ${each.inTrunk} -> conv(1x1, 8) as kept2 -> ${each.trunkEnd} -> ${each.behind} as end
    head label: classify { ${each.label} }
    head box: regress {
      ${each.box}  loss = ${each.boxes}  initializer = ${each.boxInitializer}
      perClass = ${each.perClass}  ${each.coder}  ${each.perClass === "true" ? `withBackground = ${each.boxBackground}` : ""}
    }
    ${each.mask ? maskOf(each) : ""}
  }
  detect { ${each.detect} }
  train {
    optimizer = ${each.optimizer}  ${each.freeze}  clip = ${each.clip}
    batch = 2images  rate = 0.001  schedule = ${each.schedule}
  }
}
`;
}

const rpnOf = (each: Combination): string => `rpn on c2..c4 {
    anchors { ${each.anchors} }
    head = ${each.rpnBody}${each.inRpn}
    sample { count = 8 }
    propose { ${each.propose} }
    loss { objectness = ${each.objectness}  boxes = ${each.rpnBoxes}  ${each.rpnWeights} }
    ${each.coder}
  }`;

function maskOf({ mask, maskPool, inMask, maskLoss, maskBackground, filters }: Combination): string {
  const layers = mask.replace("POOL", maskPool).replace("INSIDE", inMask);
  const perClass = maskLoss.includes("false") ? "" : `withBackground = ${maskBackground}`;
  const initializer = mask.includes("dense") ? "" : `initializer = ${filters}`;
  return `head mask: segment { ${layers}  loss = ${maskLoss}  ${perClass}  ${initializer} }`;
}

/** Combinations in which each value of each dimension occurs, and neighbours change from one to the next. */
export function combinations(seed: number): readonly Combination[] {
  const entries = Object.entries(dimensions);
  const count = Math.max(...entries.map(([, values]) => values.length));
  const random = randomStream(seed, "combinations");
  const orders = entries.map(([name, values]) => {
    const order = Array.from({ length: count }, (_, index) => values[index % values.length]!);
    for (let index = count - 1; index > 0; index--) {
      const other = Math.floor(random() * (index + 1));
      [order[index], order[other]] = [order[other]!, order[index]!];
    }
    return [name, order] as const;
  });
  return Array.from(
    { length: count },
    (_, index) =>
      Object.fromEntries(orders.map(([name, order]) => [name, order[index]!])) as unknown as Combination,
  );
}
