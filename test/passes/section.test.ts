/** Sections of a graph: cut between named values, and found by the places of a config. */
import { expect, test } from "vitest";
import type { Origin } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { verify } from "../../src/ops/verify.ts";
import { resultsOf, section, valuesOf } from "../../src/passes/section.ts";

const source = { name: "test", text: "" };
const at = (path: string): Origin => ({ kind: "source", path, span: { source, start: 0, end: 0 } });

/** y = (2x + w) squared, in two parts. */
function example() {
  const b = createBuilder("example");
  const x = b.input("x", { dtype: "f32", shape: [2] }, "");
  const other = b.input("other", { dtype: "f32", shape: [2] }, "");
  const first = b.at(at("first"));
  const weight = first.parameter("w", "weight", [2], { kind: "constant", value: 0 });
  const doubled = first.mul(x, 2);
  const sum = first.add(doubled, weight);
  const second = b.at(at("second"));
  const squared = second.mul(sum, sum);
  const unread = first.neg(doubled);
  b.output("y", squared, "");
  b.output("z", second.add(doubled, other), "");
  b.update("w", squared);
  return { graph: b.build(), doubled, sum, squared, unread };
}

test("a section computes its end from its beginning, with the leaves that it needs", () => {
  const { graph, sum, squared } = example();
  const cut = section(graph, "second", { from: { sum }, to: { squared } });
  expect(verify(cut)).toEqual([]);
  expect(cut.inputs.map(({ name }) => name)).toEqual(["sum"]);
  expect(cut.parameters).toEqual([]);
  expect(cut.updates).toEqual([]);
  expect([...interpret(cut, { sum: [3, -4] }).outputs.squared!.data]).toEqual([9, 16]);
});

test("what a section does not replace it still computes", () => {
  const { graph, doubled, sum } = example();
  const cut = section(graph, "first", { from: { doubled }, to: { sum, doubled } });
  expect(cut.inputs.map(({ name }) => name)).toEqual(["doubled"]);
  expect(cut.parameters.map(({ name }) => name)).toEqual(["w"]);
  const { outputs } = interpret(cut, { doubled: [1, 2], w: [10, 20] });
  expect([...outputs.sum!.data]).toEqual([11, 22]);
  expect([...outputs.doubled!.data]).toEqual([1, 2]);
});

test("the results of a part are what others read of it", () => {
  const { graph, doubled, sum, squared, unread } = example();
  expect(resultsOf(graph, (place) => place === "first")).toEqual([doubled, sum]);
  expect(valuesOf(graph, (place) => place === "first")).toContain(unread);
  expect(resultsOf(graph, (place) => place === "second")[0]).toBe(squared);
  expect(resultsOf(graph, () => true)).not.toContain(sum);
});
