/** How an image is shown in training: flipped, resized by what is drawn for it, and cut to a window. */
import { resizedSize, type Size, type SizeRule, type Window } from "./resize.ts";

export interface TrainingRule extends SizeRule {
  /** What the factor of an image's size is drawn from; null leaves the size. */
  readonly jitter: readonly [from: number, to: number] | null;
  /** Of the window that is cut out of each resized image; null shows all of it. */
  readonly crop: Size | null;
}

/** What is drawn for one image; numbers without a unit are uniform in [0, 1). */
export interface Draw {
  /** The shorter side, in pixels, that stands in for the rule's. */
  readonly shortest: number;
  readonly flipped: boolean;
  readonly factor: number;
  /** Where the window lies, from the top and from the left. */
  readonly down: number;
  readonly across: number;
}

export interface View {
  readonly file: Size;
  /** Before it is resized. */
  readonly flipped: boolean;
  /** The whole image after resizing. */
  readonly resized: Size;
  /** What is shown of the resized image, in its pixels. */
  readonly window: Window;
  /** What the model takes for the image; the window stands at its top. */
  readonly frame: Size;
  /** Column of the frame at which the window begins. */
  readonly offset: number;
}

/** Rounded down, as torch does; of a strip so long that its short side would vanish, a pixel stays. */
function scaled({ height, width }: Size, scale: number): Size {
  const to = (side: number) => Math.max(1, Math.floor(side * scale));
  return { height: to(height), width: to(width) };
}

/**
 * The size of a whole image times `factor`: that by `shortest` and `longest`, or, where a window is cut out after a
 * jitter, the one that just fits into the window (Ghiasi et al. 2021, appendix A; torchvision's `ScaleJitter`).
 */
function sizeTimes(factor: number, file: Size, rule: TrainingRule): Size {
  const { jitter, crop, shortest, longest } = rule;
  if (!jitter) return resizedSize(file, rule);
  if (crop) return scaled(file, Math.min(crop.height / file.height, crop.width / file.width) * factor);
  const [short, long] = [Math.min(file.height, file.width), Math.max(file.height, file.width)];
  return scaled(file, Math.min(shortest / short, longest / long) * factor);
}

/** The largest that an image of `file` is resized to, `rule.shortest` being the largest that is drawn. */
export const largestSize = (file: Size, rule: TrainingRule): Size =>
  sizeTimes(rule.jitter?.[1] ?? 1, file, rule);

/** What a batch holds of an image of `file`: the window, or the whole image at its largest, up to the multiple. */
export function paddedTrainingSize(file: Size, rule: TrainingRule): Size {
  const { height, width } = rule.crop ?? largestSize(file, rule);
  const up = (side: number) => Math.ceil(side / rule.multiple) * rule.multiple;
  return { height: up(height), width: up(width) };
}

export function viewOf(file: Size, rule: TrainingRule, draw: Draw): View {
  const [from, to] = rule.jitter ?? [1, 1];
  const factor = from + draw.factor * (to - from);
  const resized = sizeTimes(factor, file, { ...rule, shortest: draw.shortest });
  const frame = rule.crop ?? resized;
  const [height, width] = [Math.min(resized.height, frame.height), Math.min(resized.width, frame.width)];
  const start = (drawn: number, beyond: number) => Math.floor(drawn * (beyond + 1));
  const window = {
    ...{ height, width },
    top: start(draw.down, resized.height - height),
    left: start(draw.across, resized.width - width),
  };
  // A frame is flipped with what it is filled up with.
  const offset = draw.flipped ? frame.width - width : 0;
  return { file, flipped: draw.flipped, resized, window, frame, offset };
}

/** All of an image at one size. */
export const wholeView = (file: Size, resized: Size, flipped = false): View => ({
  ...{ file, flipped, resized, frame: resized },
  window: { ...resized, left: 0, top: 0 },
  offset: 0,
});

type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** A box of the file in pixels of the frame; none where the window shows nothing of it. */
export function boxInView({ file, flipped, resized, window, offset }: View, box: Box): Box | undefined {
  // Single precision, as torchvision's `resize_boxes`.
  const ratioX = Math.fround(resized.width / file.width);
  const ratioY = Math.fround(resized.height / file.height);
  const [left, right] = flipped ? [file.width - box[2], file.width - box[0]] : [box[0], box[2]];
  const [x1, y1, x2, y2] = [left * ratioX, box[1] * ratioY, right * ratioX, box[3] * ratioY];
  if (window.width === resized.width && window.height === resized.height)
    return [x1 + offset, y1, x2 + offset, y2];
  const x = (at: number) => Math.min(Math.max(at - window.left, 0), window.width) + offset;
  const y = (at: number) => Math.min(Math.max(at - window.top, 0), window.height);
  const cut = [x(x1), y(y1), x(x2), y(y2)] as const;
  return cut[0] < cut[2] && cut[1] < cut[3] ? cut : undefined;
}
