/** Suppression within classes: alone for itself where there are many boxes, rounded as torchvision rounds where there are few. */
import { expect, test } from "vitest";
import { placesApart, suppressClasses } from "../../src/components/suppress.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { randomStream } from "../../src/support/random.ts";

const classes = 90;
const limits = { overlap: 0.5, count: 2000, minimumScore: 0.05 };

/** `perClass` small boxes of each class, close together and far from the origin. */
function crowd(perClass: number) {
  const random = randomStream(7, "crowd");
  const count = perClass * classes;
  const boxes = new Float32Array(count * 4);
  for (let each = 0; each < count; each++) {
    const [x, y] = [1200 + 2 * random(), 700 + 2 * random()];
    boxes.set([x, y, x + 2 + 2 * random(), y + 2 + 2 * random()], each * 4);
  }
  return { boxes, scores: Float32Array.from({ length: count }, () => 0.1 + 0.9 * random()) };
}

function kept({ boxes, scores }: ReturnType<typeof crowd>): number[] {
  const b = createBuilder("suppress");
  const given = b.input("boxes", { dtype: "f32", shape: [1, scores.length, 4] }, "");
  const judged = b.input("scores", { dtype: "f32", shape: [1, scores.length] }, "");
  const { index, valid } = suppressClasses(b, { boxes: given, scores: judged, classes }, limits);
  b.output("index", index, "");
  b.output("valid", valid, "");
  const { outputs } = interpret(b.build(), { boxes: [...boxes], scores: [...scores] });
  return [...outputs.index!.data].filter((_, slot) => outputs.valid!.data[slot] === 1);
}

/** By descending score, `step` times the label added to every coordinate in single precision. */
function greedy({ boxes, scores }: ReturnType<typeof crowd>, step: number): number[] {
  const f = Math.fround;
  const moved = boxes.map((value, at) => f(value + f(((Math.floor(at / 4) % classes) + 1) * step)));
  const area = (at: number) => f(f(moved[at + 2]! - moved[at]!) * f(moved[at + 3]! - moved[at + 1]!));
  const overlap = (one: number, other: number) => {
    const [a, b] = [one * 4, other * 4];
    const side = (axis: 0 | 1) =>
      Math.max(
        0,
        f(
          Math.min(moved[a + axis + 2]!, moved[b + axis + 2]!) - Math.max(moved[a + axis]!, moved[b + axis]!),
        ),
      );
    const shared = f(side(0) * side(1));
    return f(shared / f(f(area(a) + area(b)) - shared));
  };
  const chosen: number[] = [];
  for (const each of [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!)) {
    const rivals = chosen.filter((other) => other % classes === each % classes);
    if (rivals.every((other) => overlap(other, each) <= limits.overlap)) chosen.push(each);
  }
  return chosen;
}

const largest = ({ boxes }: ReturnType<typeof crowd>): number => boxes.reduce((a, b) => Math.max(a, b), 0);

test("of more than 1000 boxes each class is suppressed for itself, no coordinate rounded", () => {
  const many = crowd(20);
  const exact = greedy(many, 0);
  expect(kept(many)).toEqual(exact);
  // The offset would have chosen others.
  expect(greedy(many, Math.fround(largest(many) + 1))).not.toEqual(exact);
});

test("up to 1000 boxes are rounded by torchvision's offset", () => {
  const few = crowd(11);
  const rounded = greedy(few, Math.fround(largest(few) + 1));
  expect(kept(few)).toEqual(rounded);
  expect(greedy(few, 0)).not.toEqual(rounded);
});

test("groups stand apart, the first where they were, as near to the origin as can be", () => {
  const places = placesApart(5);
  expect(places[0]).toEqual([0, 0]);
  expect(new Set(places.map(String)).size).toBe(5);
  expect(
    places
      .slice(0, 4)
      .flat()
      .every((at) => at === 0 || at === -1),
  ).toBe(true);
  expect(placesApart(90)).toHaveLength(90);
  expect(
    Math.max(
      ...placesApart(90)
        .flat()
        .map((at) => Math.max(-at, at + 1)),
    ),
  ).toBe(5);
});
