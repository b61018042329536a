/** Where a diagnostic stands, as programs that compare it with the schema need it. */
import { expect, test } from "vitest";
import { pointersIn } from "../../src/syntax/pointers.ts";

function pointerOf(name: string, text: string, part: string): string {
  const start = text.indexOf(part);
  return pointersIn({ name, text })({ start, end: start + part.length });
}

const yaml = `
use: [a, &b b]
model:
  m:
    regions.pool: { roiAlign: { size: 7x7, sampling: "-1" } }
    rpn: { propose: { nms: 0.7 } }
    train: &train
      images:
    "a/b~c": [1, { d: [2, 3] }]
network:
  n: { body: [{ pipe: [input, relu] }], on: *b }
`;

test.each([
  ["[a, &b b]", "/use"],
  ["a", "/use/0"],
  ["model:", "/model"],
  ["m", "/model"],
  ["regions.pool", "/model/m/regions.pool"],
  ["sampling", "/model/m/regions.pool/roiAlign/sampling"],
  ['"-1"', "/model/m/regions.pool/roiAlign/sampling"],
  ["0.7", "/model/m/rpn/propose/nms"],
  ["images", "/model/m/train/images"],
  ['"a/b', "/model/m/a~1b~0c"],
  ["3", "/model/m/a~1b~0c/1/d/1"],
  ["relu", "/network/n/body/0/pipe/1"],
  ["*b", "/network/n"],
])("in YAML %s stands at %s", (part, pointer) => {
  expect(pointerOf("m.yaml", yaml, part)).toBe(pointer);
});

const rcnn = `
use "a"
use "b"
scale = 3
model m extends base {
  rpn on p2..p5 { propose { nms = 0.7 } }
  regions { head mask: segment { size = 28 } }
  regions.pool = roiAlign(7x7)
  replace rpn.anchors { offset = 1 }
  remove regions.trunk
}
network n(depth: integer) on { c2 } -> { q2 } { q2 = c2 -> relu  return q2.last }
`;

test.each([
  ['"b"', "/use/1"],
  ["3", "/scale"],
  ["m extends", "/model/m"],
  ["base", "/model/m/extends"],
  ["p2..p5", "/model/m/rpn/on"],
  ["0.7", "/model/m/rpn/propose/nms"],
  ["segment", "/model/m/regions/head/mask/type"],
  ["28", "/model/m/regions/head/mask/size"],
  ["roiAlign", "/model/m/regions.pool"],
  ["offset", "/model/m/replace/rpn.anchors/offset"],
  ["remove", "/model/m/remove"],
  ["integer", "/network/n/parameters/depth"],
  ["c2", "/network/n/on/0"],
  ["relu", "/network/n/body/q2"],
  ["q2.last", "/network/n/body/return"],
])("in the other notation %s stands at %s", (part, pointer) => {
  expect(pointerOf("m.rcnn", rcnn, part)).toBe(pointer);
});

test("what is no YAML has no places inside", () => {
  expect(pointerOf("m.yaml", "a: [", "[")).toBe("");
});
