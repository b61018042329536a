/** Files of changes: what may stand in a model, from either notation, before single values. */
import { expect, test } from "vitest";
import { render } from "../../src/diagnostics/render.ts";
import { fileOverride, flagOverride } from "../../src/support/overrides.ts";
import { modelOf, outcomeOf } from "../model/model-of.ts";

const config = "configs/faster-rcnn-nuclei.rcnn";

test("a file of changes may say all that a model may, in both notations", async () => {
  const text = `// smaller
    classes = 3
    rpn { anchors { ratios = [1:1] } }
    replace rpn.head.conv.kernel = 5x5
    remove regions.trunk.relu`;
  const yaml = `# smaller
classes: 3
rpn: { anchors: { ratios: [1:1] } }
replace: { rpn.head.conv.kernel: 5x5 }
remove: [regions.trunk.relu]
`;
  const models = await Promise.all(
    [fileOverride("a.rcnn", text), fileOverride("a.yaml", yaml)].map((set) =>
      modelOf(config, { sets: [set] }),
    ),
  );
  for (const { classes, rpn, regions } of models) {
    expect(classes).toBe(3);
    expect(rpn!.anchors.perCell).toBe(1);
    expect(rpn!.head.layers[0]!.attributes.kernel).toEqual([5, 5]);
    expect(regions.trunk.layers.filter(({ layer }) => layer === "relu")).toHaveLength(1);
  }
});

test("a single value wins over a file, and is counted without it", async () => {
  const file = fileOverride("a.rcnn", "classes = 3");
  expect((await modelOf(config, { sets: [file, "classes=5"] })).classes).toBe(5);
  const { diagnostics } = await outcomeOf(config, { sets: [file, "clases=5"] });
  expect(diagnostics[0]!.span!.source.name).toBe("--set[0]");
});

test("a flag in place of a value of the config is shown by its own name", async () => {
  const sets = ["classes=2", flagOverride("--steps", "train.steps=5px"), "clases=5"];
  const { diagnostics } = await outcomeOf(config, { sets });
  expect(diagnostics.map(({ span }) => span!.source.name).sort()).toEqual(["--set[1]", "--steps"]);
});

test.each([
  ["a.rcnn", "classes = 3\nrpn { anchor { sizes = [3]px } }", "a.rcnn:2:7: error"],
  ["a.rcnn", "classes = ", "a.rcnn:1:"],
  ["a.rcnn", "classes = 3 classes = 4", "a.rcnn:1:13: error"],
  ["a.yaml", "rpn:\n  anchor: 3\n", "a.yaml:2:3: error"],
  ["a.yaml", "- 3\n", "a.yaml:1:1: error"],
])("what is wrong in %s is shown there", async (name, text, place) => {
  const { diagnostics } = await outcomeOf(config, { sets: [fileOverride(name, text)] });
  expect(diagnostics.map((each) => render(each)).join("\n")).toContain(place);
});
