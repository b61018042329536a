import { expect, test } from "vitest";
import { createBuilder } from "../../src/ops/builder.ts";
import { planMemory } from "../../src/passes/plan-memory.ts";

test("a value dies at its last use; outputs, updates, parameters and constants do not", () => {
  const b = createBuilder("step");
  const x = b.input("x", { dtype: "f32", shape: [4] }, "numbers");
  const w = b.parameter("w", "weight", [4], { kind: "constant", value: 0 });
  const one = b.constant([1], "f32", []);
  const product = b.mul(x, w);
  const shifted = b.add(product, one);
  const [values, indices] = b.topK(shifted, { k: 2 });
  b.update("w", shifted);
  b.output("y", b.square(values), "squares");
  const { dies } = planMemory(b.build());
  const ids = dies.map((values) => values.map((value) => value.id));
  expect(ids).toEqual([[], [x.id], [product.id], [indices.id], [values.id]]);
});

test("the peak counts what is held at once, by the bytes of its type", () => {
  const b = createBuilder("step");
  const x = b.input("x", { dtype: "f32", shape: [100] }, "400 bytes");
  const positive = b.greater(b.exp(x), 1);
  b.output("any", b.select(positive, x, 0), "the rest");
  // x and exp(x) and the 100 truth values.
  const graph = b.build();
  const { peakBytes, held } = planMemory(graph);
  expect(peakBytes).toBe(900);
  expect(graph.nodes[held.indexOf(900)]?.op).toBe("greater");
});
