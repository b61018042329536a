/** A first config for a data set, as text with comments that say why each number is what it is. */

import { type LoadOptions, loadDataset } from "../data/load-dataset.ts";
import { hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";
import { format } from "../syntax/rewrite.ts";
import { isPlainName } from "../syntax/spell.ts";
import { anchorRatios, anchorSizes, quantile, type Survey, surveyOf } from "./survey.ts";

/** Of the part `train` of a data set. */
export async function firstConfig(
  name: string,
  options: Omit<LoadOptions, "split">,
): Promise<Result<string>> {
  const { value: dataset, diagnostics } = await loadDataset({ ...options, split: "train" });
  if (!dataset || hasErrors(diagnostics)) return { diagnostics };
  const text = configText(modelName(name), surveyOf(dataset));
  const { value } = format({ name: `${name}.rcnn`, text });
  invariant(value !== undefined, "a first config has no mistakes of syntax");
  return { value, diagnostics };
}

const modelName = (name: string): string => {
  const word = name.replace(/\W+/g, "_").replace(/^_+|_+$/g, "");
  return /^[A-Za-z]/.test(word) && isPlainName(word) ? word : `model_${word}`.replace(/_$/, "");
};

/** What a small image asks for, and what a large one. */
interface Plan {
  readonly library: string;
  readonly backbone: string;
  readonly why: string;
  readonly rpn: string;
  readonly regions: string;
  readonly levels: number;
  readonly width: number;
  readonly masks: string;
}

const small: Plan = {
  library: "library/small-resnet",
  backbone: "smallResnet() -> fpn3(64)",
  why: "small images: a backbone that keeps them large",
  rpn: "p2..p5",
  regions: "p2..p4",
  levels: 4,
  width: 256,
  masks: "maskHead(2, 64)",
};

const large: Plan = {
  library: "library/resnet",
  backbone: "resnet(50, frozen = 0, norm = batchNorm) -> fpn(256)",
  why: "nothing is frozen, since training begins without trained weights",
  rpn: "p2..p6",
  regions: "p2..p5",
  levels: 5,
  width: 1024,
  masks: "maskHead(4, 256)",
};

/** Images of at most so many pixels are small. */
const smallSide = 320;

/** `name` is a name of the language. */
export function configText(name: string, survey: Survey): string {
  const { categories, images, objects, outlined } = survey;
  const plan = survey.longer.at(-1)! <= smallSide ? small : large;
  const { shortest, longest, why } = inputOf(survey);
  const sizes = anchorSizes(survey, shortest, plan.levels, longest);
  const batch = plan === small ? 4 : 16;
  const passes = Math.max(12, Math.ceil((200 * batch) / images));
  const warmup = Math.max(1, Math.round((0.05 * passes * images) / batch));
  return `use "${plan.library}"
use "library/fpn"
use "library/heads"

/// ${outlined ? "Mask" : "Faster"} R-CNN for ${objects} objects in ${images} images.
model ${name} {
  // ${shortList(categories)}
  classes = ${categories.length}
  // ${why}
  input { shortest = ${shortest}px  longest = ${longest}px  multiple = 32px }
  // ${plan.why}
  backbone = ${plan.backbone}

  rpn on ${plan.rpn} {
    // Square roots of box areas after resizing, cut into ${plan.levels} equal parts: ${quantiles(survey, shortest)}.
    // Ratios are those next to a tenth, a half and nine tenths of the boxes.
    anchors { sizes = perLevel(${sizes.map((size) => `${size}px`).join(", ")})  ratios = [${anchorRatios(survey).join(", ")}] }
    head = rpnHead()
  }

  regions on ${plan.regions} {
    pool = roiAlign(7x7, sampling = 2, aligned = false)
    // A box of the median size is pooled from p3.
    assign { size = ${2 * medianSize(survey, shortest)}px  level = 4 }
    trunk = twoDense(${plan.width})
    head label: classify { from = trunk }
    head box: regress { from = trunk }
    ${outlined ? maskText(plan) : "// Not every object has an outline, so no masks are learnt."}
  }

  train {
    // ${passes} passes over the ${images} images.
    images = ${passes * images}images
    batch = ${batch}images
    rate = 0.02 per 16images
    schedule = steps(at = [70%, 90%], factor = 0.1, warmup = ${warmup}iterations)
    clip = 10
  }
}
`;
}

const maskText = ({ masks }: Plan): string => `head mask: segment {
      // Every object has an outline.
      pool = roiAlign(14x14, sampling = 2, aligned = false)
      layers = ${masks}
    }`;

/** Images are kept at their size up to what detectors of COCO read. */
function inputOf({ shorter, longer }: Survey): {
  readonly shortest: number;
  readonly longest: number;
  readonly why: string;
} {
  const [side, other] = [quantile(shorter, 0.5), longer.at(-1)!];
  const sizes = `shorter sides ${shorter[0]} to ${shorter.at(-1)} pixels, longer ${longer[0]} to ${longer.at(-1)}`;
  if (side >= 800)
    return { shortest: 800, longest: 1333, why: `${sizes}; reduced to what is usual for COCO` };
  const longest = Math.min(1333, Math.max(other, side));
  return { shortest: side, longest, why: `${sizes}; the median is kept` };
}

const medianSize = (survey: Survey, shortest: number): number => anchorSizes(survey, shortest, 1)[0]!;

/** Least, median and largest. */
function quantiles({ boxes }: Survey, shortest: number): string {
  const sizes = boxes.map(({ size, shorter }) => (size * shortest) / shorter).toSorted((a, b) => a - b);
  const [least, median, most] = [0, 0.5, 1].map((share) => Math.round(quantile(sizes, share)));
  return `${least} to ${most}, median ${median}`;
}

const mostNames = 10;

/** In one line of a comment. */
const shortList = (all: readonly string[], names = all.map((name) => name.replace(/\s+/g, " "))): string =>
  names.length <= mostNames
    ? names.join(", ")
    : `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`;
