import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BinaryPicture,
  decodeRuns,
  encodeColumns,
  mergeRuns,
  runsArea,
  runsBox,
  runsIou,
} from "../../src/support/run-lengths.ts";
import { encodeRuns } from "./encode-runs.ts";

const side = fc.integer({ min: 1, max: 9 });

const pictures = (count: number) =>
  fc.tuple(side, side).chain(([height, width]) =>
    fc.array(
      fc
        .array(fc.integer({ min: 0, max: 1 }), { minLength: height * width, maxLength: height * width })
        .map((data): BinaryPicture => ({ height, width, data: Uint8Array.from(data) })),
      { minLength: count, maxLength: count },
    ),
  );

test("decoding undoes encoding", () => {
  fc.assert(
    fc.property(pictures(1), ([picture]) => {
      expect(decodeRuns(encodeRuns(picture!))).toEqual(picture);
    }),
  );
});

test("runs go down the columns and begin with zeros", () => {
  const picture = { height: 2, width: 3, data: Uint8Array.from([1, 0, 0, 1, 1, 0]) };
  expect(encodeRuns(picture).counts).toEqual([0, 2, 1, 1, 2]);
});

test("a window in a picture of zeros is encoded and decoded in its place", () => {
  fc.assert(
    fc.property(pictures(1), side, side, side, side, ([picture], left, top, right, bottom) => {
      const { height, width, data } = picture!;
      const size = { height: height + top + bottom - 2, width: width + left + right - 2 };
      const window = { left: left - 1, top: top - 1, right: left - 1 + width, bottom: top - 1 + height };
      const runs = encodeColumns(size, window, (x, put) => {
        for (let y = 0; y < height; y++) put(data[y * width + x - window.left] ? 1 : 0, 1);
      });
      expect(decodeRuns(runs, window)).toEqual(picture);
      // The same counts as those of the picture with its zeros.
      expect(encodeRuns(decodeRuns(runs))).toEqual(runs);
      expect(runsArea(runs)).toBe(data.reduce((sum, value) => sum + value, 0));
    }),
  );
});

test("merging joins pixel by pixel, and area and overlap count pixels", () => {
  fc.assert(
    fc.property(pictures(3), (each) => {
      const runs = each.map(encodeRuns);
      const [a, b] = each as [BinaryPicture, BinaryPicture];
      const union = each[0]!.data.map((_, index) => Math.max(...each.map(({ data }) => data[index]!)));
      const common = each[0]!.data.map((_, index) => Math.min(...each.map(({ data }) => data[index]!)));
      expect(decodeRuns(mergeRuns(runs, "union")).data).toEqual(union);
      expect(decodeRuns(mergeRuns(runs, "intersection")).data).toEqual(common);
      const count = (holds: (index: number) => boolean) => [...a.data.keys()].filter(holds).length;
      const both = count((index) => a.data[index] === 1 && b.data[index] === 1);
      const either = count((index) => a.data[index] === 1 || b.data[index] === 1);
      const inA = count((index) => a.data[index] === 1);
      expect(runsArea(runs[0]!)).toBe(inA);
      expect(runsIou(runs[0]!, runs[1]!, false)).toBe(both === 0 ? 0 : both / either);
      expect(runsIou(runs[0]!, runs[1]!, true)).toBe(both === 0 ? 0 : both / inA);
    }),
  );
});

test("the box is the smallest that holds every one", () => {
  fc.assert(
    fc.property(pictures(1), ([picture]) => {
      const { width, data } = picture!;
      const ones = [...data.keys()].filter((index) => data[index] === 1);
      const [x, y] = [ones.map((index) => index % width), ones.map((index) => Math.floor(index / width))];
      const span = (values: number[]) =>
        [Math.min(...values), Math.max(...values) - Math.min(...values) + 1] as const;
      const [[left, across], [top, down]] =
        ones.length === 0
          ? [
              [0, 0],
              [0, 0],
            ]
          : [span(x), span(y)];
      expect(runsBox(encodeRuns(picture!))).toEqual([left, top, across, down]);
    }),
  );
});
