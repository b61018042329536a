/** Property: whatever forms of heads a text combines, the model trains and detects: both graphs are built, with gradients. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import { extended } from "../model/model-of.ts";

const bucket = { batch: 1, height: 64, width: 64, objects: 4, pixels: 256 };

const choice = (...texts: readonly string[]) => fc.constantFrom(...texts);

const parts = fc.record({
  profile: choice("torchvision", "detectron2", "caffe2017"),
  pool: choice("roiAlign(7x7)", "roiPool(7x7)", "roiAlign(7x7, sampling = 2, aligned = true)"),
  background: choice("first", "last"),
  perClass: fc.boolean(),
  boxBackground: fc.boolean(),
  maskBackground: fc.boolean(),
  label: choice("softmaxCrossEntropy", "binaryCrossEntropy", "focal(gamma = 1)", "hinge"),
  box: choice("smoothL1(beta = 1)", "l1", "iou", "giou", "diou", "ciou"),
  mask: choice("sigmoidCrossEntropy", "sigmoidCrossEntropy(perClass = false)", "softmaxCrossEntropy"),
  layers: choice("maskHead(1, 8)", "flatten -> dense(8) as a -> relu"),
  detectPerClass: fc.boolean(),
  objectness: choice("binaryCrossEntropy", "softmaxCrossEntropy", "focal"),
});

test("all forms of heads go together", async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (each) => {
      const size = each.layers.startsWith("flatten") ? "size = 6" : "";
      const { model, diagnostics } = await extended(`  classes = 2
  profile = ${each.profile}
  input { shortest = 64px  longest = 64px }
  backbone = smallResnet(4) -> fpn3(4)
  rpn { sample { count = 8 }  propose { before = 8  after = 6 }  loss { objectness = ${each.objectness}  boxes = ${each.box} } }
  detect { keep = 3  perClass = ${each.detectPerClass} }
  regions {
    background = ${each.background}
    pool   = ${each.pool}
    sample { count = 4  positive = 50% }
    trunk  = twoDense(8)
    head label: classify { loss = ${each.label} }
    head box: regress { perClass = ${each.perClass}  withBackground = ${each.boxBackground}  loss = ${each.box} }
    head mask: segment {
      pool = ${each.pool}  layers = ${each.layers}  ${size}
      withBackground = ${each.maskBackground}  loss = ${each.mask}
    }
  }`);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const graph = lowerTraining(model!, bucket);
      const { value } = differentiate(graph, { loss: "loss" });
      const weights = graph.parameters.filter(({ role }) => role === "weight").map(({ name }) => name);
      expect(weights.filter((name) => !value!.gradients.has(name))).toEqual([]);
      const prediction = lowerPrediction(model!, bucket);
      const masks = prediction.outputs.find(({ name }) => name === "masks")!.value.type.shape;
      const { size: side } = model!.regions.heads.find((head) => head.kind === "segment")!;
      expect(masks).toEqual([1, 3, side, side]);
      // A checkpoint of one is a checkpoint of the other.
      const shapes = ({ parameters }: typeof graph) =>
        parameters.map(({ name, value: { type } }) => `${name} ${type.shape.join("x")}`).sort();
      expect(shapes(prediction)).toEqual(shapes(graph));
    }),
    { numRuns: Number(process.env.RUNS ?? 15) },
  );
});
