/** Matching at its limits: what has exactly the overlap that a limit names, padding, and the best box of each truth. */
import { expect, test } from "vitest";
import { matchBoxes } from "../../src/components/match.ts";
import type { MatchModel } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";

const limits: MatchModel = { positive: 0.75, negative: 0.5, negativeFrom: 0.25, keepBest: false };

/** Boxes of the overlaps 1, 0.75, 0.5, 0.25, 0.125 and 0 with the truth, which is 8 by 8; the other truth is padding. */
const boxes = [8, 6, 4, 2, 1, 0].flatMap((width) => (width ? [0, 0, width, 8] : [100, 100, 108, 108]));

function matched(model: MatchModel) {
  const b = createBuilder("match");
  const truths = b.input("truths", { dtype: "f32", shape: [1, 2, 4] }, "");
  const exists = b.input("exists", { dtype: "bool", shape: [1, 2] }, "");
  const given = b.input("boxes", { dtype: "f32", shape: [1, 6, 4] }, "");
  const { truth, positive, negative } = matchBoxes(b, model, truths, exists, given);
  b.output("truth", truth, "");
  b.output("positive", positive, "");
  b.output("negative", negative, "");
  const feeds = { truths: [0, 0, 8, 8, 100, 100, 108, 108], exists: [1, 0], boxes };
  const { outputs } = interpret(b.build(), feeds);
  const rows = (name: string) => [...outputs[name]!.data].map(Number);
  return { truth: rows("truth"), positive: rows("positive"), negative: rows("negative") };
}

test("a positive has at least its limit, a negative less than its own and at least the lower one", () => {
  expect(matched(limits)).toEqual({
    truth: [0, 0, 0, 0, 0, 0],
    positive: [1, 1, 0, 0, 0, 0],
    negative: [0, 0, 0, 1, 0, 0],
  });
});

test("without a lower limit all below are negatives, also what padding alone overlaps", () => {
  expect(matched({ ...limits, negativeFrom: 0 }).negative).toEqual([0, 0, 0, 1, 1, 1]);
});

test("the best box of a truth is a positive, whatever its overlap", () => {
  const { positive, negative } = matched({ positive: 1.5, negative: 1.25, negativeFrom: 0, keepBest: true });
  expect(positive).toEqual([1, 0, 0, 0, 0, 0]);
  expect(negative).toEqual([0, 1, 1, 1, 1, 1]);
});
