/** A precision that measures nothing is put into words. */
import { expect, test } from "vitest";
import { explainPrecision } from "../../src/train/explain-precision.ts";

test.each([
  [{ bbox: { AP: -1 } }, 3, /^AP is -1: .*no true box counts/],
  [{ bbox: { AP50: -1 } }, 3, /^AP is -1/],
  [{ bbox: { AP: 0 } }, 0, /^AP is 0: nothing was detected/],
  [{ bbox: { AP: 0 } }, 7, /^AP is 0: none of the 7 detections/],
])("%j with %i detections", (summary, detections, message) => {
  expect(explainPrecision(summary, detections)).toMatch(message);
});

test("a precision above 0 speaks for itself", () => {
  expect(explainPrecision({ bbox: { AP: 0.001, AP50: 0 } }, 3)).toBeUndefined();
});
