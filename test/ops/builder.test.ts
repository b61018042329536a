import { expect, test } from "vitest";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { CompilerBug } from "../../src/support/invariant.ts";

const vector = { dtype: "f32", shape: [3] } as const;
const constant = { kind: "constant", value: 0 } as const;

test("a graph computes what its methods say", () => {
  const builder = createBuilder("g");
  const x = builder.input("x", vector, "");
  const [values] = builder.topK(builder.mul(builder.sub(1, x), 2), { k: 1 });
  builder.output("y", builder.concat([values, builder.neg(x)], { axis: 0 }), "");
  const { outputs } = interpret(builder.build(), { x: [1, 4, -2] });
  expect([...outputs.y!.data]).toEqual([6, -1, -4, 2]);
});

test("a number takes the dtype of the operand beside it", () => {
  const builder = createBuilder("g");
  const i = builder.input("i", { dtype: "i32", shape: [2] }, "");
  expect(builder.add(i, 1).type).toEqual({ dtype: "i32", shape: [2] });
  expect(builder.select(builder.greater(i, 0), i, 0).type).toEqual({ dtype: "i32", shape: [2] });
  const constants = builder.build().nodes.filter((node) => node.op === "constant");
  expect(constants.every((node) => node.attributes.data instanceof Int32Array)).toBe(true);
});

test("a parameter's name stands for one value, of one role and shape", () => {
  const builder = createBuilder("g");
  const first = builder.parameter("w", "weight", [3], constant);
  expect(builder.at({ kind: "made", by: "elsewhere" }).parameter("w", "weight", [3], constant)).toBe(first);
  expect(builder.build().parameters).toHaveLength(1);
  expect(() => builder.parameter("w", "weight", [4], constant)).toThrow(CompilerBug);
  expect(() => builder.parameter("w", "frozen", [3], constant)).toThrow(CompilerBug);
  expect(() => builder.input("w", vector, "")).toThrow(CompilerBug);
});

test("a broken constraint is a bug that names op, rule, types and place", () => {
  const builder = createBuilder("g").at({ kind: "made", by: "neck", from: { kind: "made", by: "c2" } });
  const x = builder.input("x", vector, "");
  expect(() => builder.sum(x, { axes: [1], keepDims: false })).toThrow(
    "sum(f32[3]) at neck < c2 breaks C2: axes [1] of rank 1",
  );
  expect(() => builder.apply("sum", [x], {})).toThrow(
    "sum at neck < c2 takes axes, keepDims, got no attributes.",
  );
  expect(() => builder.apply("unheard", [x], {})).toThrow("There is no op unheard.");
});

test("outputs and updates are given once, and an update has its parameter's type", () => {
  const builder = createBuilder("g");
  const x = builder.input("x", vector, "");
  builder.parameter("w", "weight", [3], constant);
  builder.output("y", x, "");
  expect(() => builder.output("y", x, "")).toThrow(CompilerBug);
  expect(() => builder.update("v", x)).toThrow(CompilerBug);
  expect(() => builder.update("w", builder.constant([1], "f32", []))).toThrow(CompilerBug);
  builder.update("w", x);
  expect(() => builder.update("w", x)).toThrow(CompilerBug);
  expect([...interpret(builder.build(), { x: [1, 2, 3], w: [0, 0, 0] }).updates.w!.data]).toEqual([1, 2, 3]);
});

test("a graph can be gone on from, its values staying valid, and stays as it was", () => {
  const first = createBuilder("g");
  const y = first.neg(first.input("x", vector, ""));
  const before = first.build();
  const second = createBuilder("g", before);
  second.output("z", second.square(y), "");
  const graph = second.build();
  expect(before.nodes).toHaveLength(1);
  expect(graph.nodes).toHaveLength(2);
  const ids = graph.nodes.flatMap((node) => node.outputs.map((output) => output.id));
  expect(new Set([...ids, graph.inputs[0]!.value.id]).size).toBe(3);
  expect([...interpret(graph, { x: [1, 2, 3] }).outputs.z!.data]).toEqual([1, 4, 9]);
});

test("nodes carry the origin of the view that made them", () => {
  const builder = createBuilder("g");
  const x = builder.input("x", vector, "");
  builder.at({ kind: "made", by: "one" }).neg(x);
  builder.neg(x);
  expect(builder.build().nodes.map((node) => node.origin)).toEqual([
    { kind: "made", by: "one" },
    { kind: "made", by: "g" },
  ]);
});

test("wrong operands and attributes do not compile", () => {
  const builder = createBuilder("g");
  const x = builder.input("x", vector, "");
  // @ts-expect-error the attributes are missing
  expect(() => builder.sum(x)).toThrow(CompilerBug);
  // @ts-expect-error an attribute is misspelled
  expect(() => builder.sum(x, { axis: [0], keepDims: false })).toThrow(CompilerBug);
  // @ts-expect-error an operand is missing
  expect(() => builder.add(x)).toThrow();
  // @ts-expect-error only ops that broadcast take numbers
  expect(() => builder.neg(2)).toThrow();
  // @ts-expect-error a list is wanted
  expect(() => builder.concat(x, { axis: 0 })).toThrow();
});

test("what is fed must be there and of the right length", () => {
  const builder = createBuilder("g");
  builder.output("y", builder.neg(builder.input("x", vector, "")), "");
  expect(() => interpret(builder.build(), {})).toThrow("g is run without x.");
  expect(() => interpret(builder.build(), { x: [1] })).toThrow("x is fed 1 numbers for a f32[3].");
});
