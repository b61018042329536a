/** Which differences between two suppressions rounding explains, and which not. */
import { expect, test } from "vitest";
import { candidatesAt, differencesOf } from "../../bench/parity/suppression.ts";

/** Boxes 10 px high that begin at `x` and end at `to`, one group unless told. */
const candidates = (spans: readonly (readonly [x: number, to: number])[], scores: readonly number[]) => ({
  boxes: spans.flatMap(([x, to]) => [x, 0, to, 10]),
  scores,
  groups: spans.map(() => 0),
});
const rule = { threshold: 0.5, limit: 10 };

test("equal choices differ in nothing", () => {
  const three = candidates(
    [
      [0, 10],
      [20, 30],
      [40, 50],
    ],
    [0.9, 0.8, 0.7],
  );
  expect(differencesOf(three, [0, 1], [1, 0], rule)).toEqual({ different: 0, unexplained: 0 });
});

test("an overlap at the threshold explains a box that one side dropped, one beside it does not", () => {
  const at = (to: number) =>
    candidates(
      [
        [0, 10],
        [0, to],
      ],
      [0.9, 0.8],
    );
  expect(differencesOf(at(20.0001), [0, 1], [0], rule)).toEqual({ different: 1, unexplained: 0 });
  expect(differencesOf(at(21), [0, 1], [0], rule)).toEqual({ different: 1, unexplained: 1 });
});

test("equal scores explain that the other of two boxes was kept, scores apart do not", () => {
  const pair = (score: number) =>
    candidates(
      [
        [0, 10],
        [1, 11],
      ],
      [0.9, score],
    );
  expect(differencesOf(pair(0.9 - 1e-7), [0], [1], rule).unexplained).toBe(0);
  expect(differencesOf(pair(0.8), [0], [1], rule).unexplained).toBe(2);
});

test("what an explained box suppresses is explained", () => {
  // The second stands at the threshold to the first, and suppresses the third.
  const chain = candidates(
    [
      [0, 10],
      [0, 20],
      [4, 21],
    ],
    [0.9, 0.8, 0.7],
  );
  expect(differencesOf(chain, [0, 1], [0, 2], rule)).toEqual({ different: 2, unexplained: 0 });
});

test("at the end of a full list a box may take the place of an explained one, and of no other", () => {
  const four = candidates(
    [
      [0, 10],
      [0, 20],
      [40, 50],
      [60, 70],
    ],
    [0.9, 0.8, 0.7, 0.6],
  );
  expect(differencesOf(four, [0, 1, 2], [0, 2, 3], { threshold: 0.5, limit: 3 }).unexplained).toBe(0);
  expect(differencesOf(four, [0, 1], [0, 3], rule).unexplained).toBe(1);
});

test("a kept box is found among the candidates by place, score and group; a strange one is not", () => {
  const two = candidates(
    [
      [0, 10],
      [0, 10],
    ],
    [0.9, 0.8],
  );
  const boxes = [0, 0, 10.001, 10, 0, 0, 10, 10, 3, 0, 13, 10];
  expect(candidatesAt(two, { boxes, scores: [0.8, 0.9, 0.9], count: 3 })).toEqual([1, 0, -1]);
  expect(candidatesAt(two, { boxes, scores: [0.8], count: 1, groups: [1] })).toEqual([-1]);
});
