import { expect, test } from "vitest";
import { printGraph } from "../../src/ir/text.ts";
import type { Graph } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { eliminateDeadCode } from "../../src/passes/eliminate-dead-code.ts";
import { dropSelections, holdSelections } from "../../src/passes/selections.ts";

function ranked(): Graph {
  const b = createBuilder("train_step");
  const x = b.input("x", { dtype: "f32", shape: [4] }, "scores");
  const [, best] = b.topK(b.square(x), { k: 2 });
  b.output("selection/best", best, "the two best");
  b.output("sum", b.sum(b.gather(x, best), { axes: [0], keepDims: false }), "sum of the selected");
  return b.build();
}

const feeds = { x: [1, -4, 3, 2] };

test("a held selection is an input, and what made it is dead", () => {
  const held = eliminateDeadCode.run(holdSelections(ranked()));
  expect(held.inputs.map(({ name }) => name)).toEqual(["x", "selection/best"]);
  expect(held.outputs.map(({ name }) => name)).toEqual(["sum"]);
  expect(held.nodes.map((node) => node.op)).toEqual(["gather", "sum"]);
});

test("fed with what it chose, a graph with held selections computes the same", () => {
  const { outputs } = interpret(ranked(), feeds);
  expect(Array.from(outputs["selection/best"]!.data)).toEqual([1, 2]);
  const held = holdSelections(ranked());
  const again = interpret(held, { ...feeds, "selection/best": outputs["selection/best"]!.data });
  expect(again.outputs.sum).toEqual(outputs.sum);
  expect(interpret(held, { ...feeds, "selection/best": [0, 3] }).outputs.sum!.data[0]).toBe(3);
});

test("dropped selections leave the other outputs, and a graph without any is the very same", () => {
  const dropped = dropSelections(ranked());
  expect(dropped.outputs.map(({ name }) => name)).toEqual(["sum"]);
  expect(interpret(dropped, feeds).outputs.sum).toEqual(interpret(ranked(), feeds).outputs.sum);
  expect(dropSelections(dropped)).toBe(dropped);
  expect(printGraph(holdSelections(dropped))).toBe(printGraph(dropped));
});
