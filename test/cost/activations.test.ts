/** What counts as an activation: values that go from one layer to another. */
import { expect, test } from "vitest";
import { activationBytes } from "../../src/cost/activations.ts";
import { createBuilder } from "../../src/ops/builder.ts";

test("values inside a layer do not count, a reshaped one counts once, and outputs do", () => {
  const b = createBuilder("predict");
  const at = (by: string) => b.at({ kind: "made", by });
  const x = b.input("x", { dtype: "f32", shape: [10] }, "numbers");
  const first = at("first").exp(at("first").neg(x));
  const flat = at("first").reshape(first, { shape: [2, 5] });
  const second = at("second").square(flat);
  b.output("sum", at("third").add(second, at("third").reshape(first, { shape: [2, 5] })), "the rest");
  const bytes = activationBytes(b.build(), () => true);
  expect([...bytes]).toEqual([
    ["first", 40],
    ["second", 40],
    ["third", 40],
  ]);
});
