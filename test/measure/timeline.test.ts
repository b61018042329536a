/** Time that several events share is counted once, whichever way it is asked for. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { busyTime, sharedTimes } from "../../src/measure/timeline.ts";

test("events one after another keep their time; those at once share it", () => {
  const events = [
    { start: 0, duration: 10 },
    { start: 5, duration: 10 },
    { start: 20, duration: 1 },
  ];
  expect(busyTime(events)).toBe(16);
  expect(sharedTimes(events)).toEqual([7.5, 7.5, 1]);
});

test("the shares are never more than the time of an event, and their sum is the busy time", () => {
  const number = fc.integer({ min: 0, max: 50 });
  const events = fc.array(fc.record({ start: number, duration: number }), { maxLength: 20 });
  fc.assert(
    fc.property(events, (given) => {
      const shares = sharedTimes(given);
      shares.forEach((share, index) => {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(given[index]!.duration + 1e-9);
      });
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(busyTime(given), 9);
    }),
  );
});
