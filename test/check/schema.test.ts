import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { schemaOf } from "../../src/check/schema.ts";
import { catalog } from "../../src/components/catalog.ts";

const validate = new Ajv({ allErrors: true, strict: false }).compile(schemaOf(catalog));

/** `vitest run test/check/schema.test.ts --update` writes it anew. */
test("grammar/rcnn.schema.json is what the catalogue says", async () => {
  const text = `${JSON.stringify(schemaOf(catalog), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../grammar/rcnn.schema.json");
});

const text = `
use: [faster-rcnn-resnet50-fpn]
model:
  mask_rcnn_resnet50_fpn:
    extends: faster_rcnn_resnet50_fpn
    rpn: { on: p2..p6, propose: { before: { train: 2000, test: 1000 }, nms: 70% } }
    regions:
      head:
        mask:
          type: segment
          pool: { roiAlign: { size: 14x14, sampling: 2, aligned: false } }
          layers:
            - repeat: { times: 4, layers: [ { conv: { kernel: 3x3, channels: 256 } }, relu ] }
            - deconv: { kernel: 2x2, channels: 256, stride: 2 }
            - relu
          loss: { sigmoidCrossEntropy: { perClass: true } }
`;

test("the schema accepts the YAML form", () => {
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
});

test.each([
  ["an unknown block", "regions:", "region:"],
  ["an unknown key", "pool:", "pol:"],
  ["an unknown argument", "sampling:", "smpling:"],
  ["a missing argument", "size: 14x14, ", ""],
  ["a list where a component is wanted", "loss: {", "loss: [3, {"],
  ["a value out of range", "nms: 70%", "nms: 1.7"],
])("the schema refuses %s", (_what, from, to) => {
  const changed = text.replace(from, to).replace("[3, { sigmoidCrossEntropy: { perClass: true } }", "[3]");
  expect(changed).not.toBe(text);
  expect(validate(parse(changed))).toBe(false);
});
