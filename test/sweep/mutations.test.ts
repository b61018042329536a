/** No text of an ablation, however wrong, ends in anything but diagnostics. */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planFile } from "../../src/sweep/plan.ts";

const words = `ablation a {
  base = mask_rcnn_nuclei  seeds = [ 1 , 2 ]  source = "text"  metric = coco
  exclude = [ [ "x" , "few" ] ]
  grid {
    vary regions.pool { case "x" { value = roiPool(7x7) } case "y" { value = roiAlign(7x7) } }
    zip { vary train.batch { values = [ 1 , 2 ] images } case few { detect.keep = 3 } case many { } }
    union { case z { replace rpn.head = relu  remove regions.mask  regions { pool = roiPool(3x3) } } }
  }
  published "x, batch = 1, few, z" { mask.AP = 26.9  box.AP50 = 40% }
}`.split(/\s+/);

const place = fc.nat(words.length - 1);
const edit = fc.oneof(
  fc.record({ kind: fc.constant("remove" as const), at: place, count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("copy" as const), at: place, from: place }),
);

test("planning never throws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      const changed = [...words];
      for (const each of edits) {
        if (each.kind === "remove") changed.splice(each.at, each.count);
        else changed.splice(each.at, 0, words[each.from]!);
      }
      const text = `use "mask-rcnn-nuclei"\n${changed.join(" ")}`;
      const read = (path: string) =>
        path === "a.rcnn" ? Promise.resolve(text) : readFile(path, "utf8").catch(() => undefined);
      const { value, diagnostics } = await planFile("a.rcnn", { host: { read } });
      expect(value !== undefined || diagnostics.length > 0).toBe(true);
    }),
    { numRuns: 60 },
  );
});
