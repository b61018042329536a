/** Proposals that come with the images: boxes of another program, as in R-CNN and Fast R-CNN. */
import type { Value } from "../ir/types.ts";
import type { OutsideProposals } from "../model/model.ts";
import { clipBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import type { Proposals } from "./propose.ts";
import { iota } from "./rows.ts";

export function lowerOutsideProposals(
  context: LowerContext,
  { count, minimumSize }: OutsideProposals,
  sizes: Value,
): Proposals {
  const b = context.at("proposals");
  const { batch: n } = context.bucket;
  const p = context.training ? count.train : count.test;
  const given = b.input(
    "proposalBoxes",
    { dtype: "f32", shape: [n, p, 4] },
    "proposed boxes x1, y1, x2, y2 in pixels of the resized image",
  );
  const exists = b.input("proposalValid", { dtype: "bool", shape: [n, p] }, "whether there is such a box");
  const boxes = clipBoxes(b, given, sizes, context.model.boxWidth);
  const valid = b.logicalAnd(exists, isLargeEnough(b, boxes, minimumSize));
  return {
    boxes: b.select(b.reshape(valid, { shape: [n, p, 1] }), boxes, 0),
    valid,
    anchor: b.broadcastTo(b.constant(iota(p), "i32", [1, p]), { shape: [n, p] }),
    anchors: p,
  };
}
