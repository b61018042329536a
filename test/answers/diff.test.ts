/** Configs compared as models: what differs, where each side comes from, and nothing that is only text. */
import { expect, test } from "vitest";
import { readConfig } from "../../src/answers/config.ts";
import { diffConfigs, diffText } from "../../src/answers/diff.ts";

const nuclei = "configs/faster-rcnn-nuclei.rcnn";

const differences = async (first: string, second: string, set: readonly string[] = []) => {
  const [a, b] = await Promise.all([readConfig(first, {}), readConfig(second, { set })]);
  return diffConfigs(a.value!, b.value!);
};

test("a config, its twin and other words for the same are one model", async () => {
  expect(await differences(nuclei, nuclei)).toEqual([]);
  expect(await differences(nuclei, nuclei.replace(".rcnn", ".yaml"))).toEqual([]);
  const same = ["rpn.propose.minimumSize=1/1000", "regions.sample.count=rpn.sample.count / 4"];
  expect(await differences(nuclei, nuclei, same)).toEqual([]);
  expect(diffText([])).toBe("The two are the same model.");
});

test("what is inherited and changed shows with both places; a new head is one difference", async () => {
  expect(await differences(nuclei, "configs/mask-rcnn-nuclei.rcnn")).toEqual([
    {
      path: "regions.pool.kind",
      before: { value: '"roiPool"', from: "configs/faster-rcnn-nuclei.rcnn:21" },
      after: { value: '"roiAlign"', from: "configs/mask-rcnn-nuclei.rcnn:6" },
    },
    { path: "regions.pool.sampling", after: { value: "2", from: "configs/mask-rcnn-nuclei.rcnn:6" } },
    { path: "regions.pool.aligned", after: { value: "false", from: "configs/mask-rcnn-nuclei.rcnn:6" } },
    { path: "regions.pool.reduce", after: { value: '"average"', from: "default" } },
    { path: "regions.pool.context", after: { value: "[0,0]", from: "default" } },
    { path: "regions.mask", after: { value: "segment", from: "configs/mask-rcnn-nuclei.rcnn:11" } },
  ]);
});

test("derived values differ with what they follow from, and layers with their shapes", async () => {
  const found = await differences(nuclei, nuclei, [
    "classes=2",
    "rpn.anchors.ratios=[1:1]",
    "rpn.head.conv=conv(3x3, 32)",
  ]);
  const text = diffText(found);
  expect(found.map(({ path }) => path)).toEqual([
    "classes",
    "rpn.anchors.ratios",
    "rpn.anchors.perCell",
    "rpn.head.conv.channels",
    "rpn.head.conv.initializer",
    "rpn.head.conv.biasInitializer",
    "rpn.head.conv.output",
    "rpn.head.relu.output",
    "regions.label.outputs",
    "regions.box.outputs",
  ]);
  expect(text).toMatch(/^rpn\.anchors\.perCell +3 +1 +derived +derived$/m);
  expect(text).toMatch(/10 differences\.$/);
});
