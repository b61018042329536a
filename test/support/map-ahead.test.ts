import fc from "fast-check";
import { expect, test } from "vitest";
import { mapAhead } from "../../src/support/map-ahead.ts";

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

test("results come in the order of the source, with no more under way than allowed", async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(delays, fc.integer({ min: 1, max: 4 }), async (items, limit) => {
      let [running, most] = [0, 0];
      const results: number[] = [];
      const ahead = mapAhead(items.entries(), limit, async ([index, delay]) => {
        most = Math.max(most, ++running);
        await later(delay);
        running--;
        return index;
      });
      for await (const result of ahead) results.push(result);
      expect(results).toEqual([...items.keys()]);
      expect(most).toBeLessThanOrEqual(limit);
      expect(most).toBeGreaterThanOrEqual(Math.min(limit, items.length, 1));
    }),
    { numRuns: 30 },
  );
});

test("a reader that stops early leaves nothing behind, and an error reaches it in its place", async () => {
  let ended = 0;
  const slow = async (item: number) => {
    await later(5);
    ended++;
    return item;
  };
  for await (const item of mapAhead([1, 2, 3, 4, 5], 3, slow)) if (item === 1) break;
  expect(ended).toBe(3);
  const taken: number[] = [];
  const failing = mapAhead([1, 2, 3], 3, async (item) => {
    if (item === 2) throw new Error("two");
    return item;
  });
  const read = async () => {
    for await (const item of failing) taken.push(item);
  };
  await expect(read()).rejects.toThrow("two");
  expect(taken).toEqual([1]);
});
