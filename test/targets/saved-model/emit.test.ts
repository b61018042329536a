import { expect, test } from "vitest";
import type { Graph } from "../../../src/ir/types.ts";
import { createBuilder } from "../../../src/ops/builder.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { indexOfNode, stateGroups } from "../../../src/targets/saved-model/layout.ts";
import { decodeSavedModel } from "../../../src/targets/saved-model/schema.ts";
import { smallProgram } from "../../runtime/native/small-program.ts";
import { smallNet } from "../../runtime/small-net.ts";

const emitted = (functions: Record<string, Graph>) =>
  decodeSavedModel(emitSavedModel({ name: "test", functions }).files.get("saved_model.pb")!);

const small = emitted(smallProgram().functions);
const nodeOf = (model: typeof small, name: string) => model.nodes.find((node) => node.name === name)!;

test("each function, and each group of variables, is a signature", () => {
  expect(Object.keys(small.signatures).sort()).toEqual([
    "initialize_0",
    "predict",
    "read_state_0",
    "train_step",
  ]);
  expect(Object.keys(small.signatures.train_step!.inputs)).toEqual(["x", "rate"]);
  expect(small.signatures.predict!.outputs.y).toMatchObject({ name: "predict/output/y:0", dtype: 1 });
});

test("a variable is one node for all functions, and read once a function", () => {
  const handles = small.nodes.filter((node) => node.op === "VarHandleOp");
  expect(handles.map((node) => node.name).sort()).toEqual([
    "variable/body.mean",
    "variable/body.weight",
    "variable/body.weight/momentum",
  ]);
  const reads = small.nodes.filter(
    (node) => node.op === "ReadVariableOp" && node.name.startsWith("train_step/"),
  );
  expect(reads.map((node) => node.name).sort()).toEqual([
    "train_step/read/body.mean",
    "train_step/read/body.weight",
  ]);
});

test("the gradient of batch norm takes what its forward op kept, whatever that is on the device", () => {
  const { nodes } = emitted(smallNet().functions);
  const forward = nodes.filter((node) => node.op === "FusedBatchNormV3").map(({ name }) => name);
  const kept = nodes
    .filter((node) => node.op === "FusedBatchNormGradV3")
    .map((node) => node.input.slice(3))
    .reverse();
  expect(kept).toEqual(forward.map((name) => [`${name}:3`, `${name}:4`, `${name}:5`]));
});

test("momentum is one op on the variables, which runs after every reader of them", () => {
  const update = nodeOf(small, "train_step/update/body.weight");
  expect(update.op).toBe("ResourceApplyMomentum");
  const readers = small.nodes
    .filter((node) => node.input.includes("train_step/read/body.weight"))
    .map((node) => `^${node.name}`);
  expect(readers.length).toBeGreaterThan(0);
  expect(update.input).toEqual(expect.arrayContaining(readers));
});

test("outputs run after all updates", () => {
  const updates = nodeOf(small, "train_step/updates").input;
  expect([...updates].sort()).toEqual(["^train_step/update/body.mean", "^train_step/update/body.weight"]);
  expect(nodeOf(small, "train_step/output/product").input).toContain("^train_step/updates");
});

test("a momentum result that something else reads stays an ordinary value", () => {
  const b = createBuilder("step");
  const gradient = b.input("gradient", { dtype: "f32", shape: [1] }, "");
  const weight = b.parameter("weight", "weight", [1], { kind: "constant", value: 0 });
  const slot = b.parameter("slot", "slot", [1], { kind: "constant", value: 0 });
  const [next, velocity] = b.applyMomentum(weight, slot, gradient, b.constant([1], "f32", []), {
    momentum: 0.9,
  });
  b.update("weight", next);
  b.update("slot", velocity);
  b.output("weight", next, "");
  expect(emitted({ step: b.build() }).nodes.map((node) => node.op)).not.toContain("ResourceApplyMomentum");
});

test("a fed value is copied before a variable keeps it", () => {
  const b = createBuilder("set");
  b.parameter("weight", "weight", [1], { kind: "constant", value: 0 });
  b.update("weight", b.input("value", { dtype: "f32", shape: [1] }, ""));
  const model = emitted({ set: b.build() });
  expect(nodeOf(model, nodeOf(model, "set/update/weight").input[1]!).op).toBe("DeepCopy");
  expect(Object.keys(model.signatures.set!.outputs)).toEqual(["done"]);
});

test("equal small constants are one node", () => {
  const b = createBuilder("f");
  const x = b.input("x", { dtype: "f32", shape: [2] }, "");
  b.output("y", b.add(b.mul(x, 3), 3), "");
  expect(emitted({ f: b.build() }).nodes.filter((node) => node.op === "Const")).toHaveLength(1);
});

test("state is split by count and by bytes, each variable in exactly one group", () => {
  const spec = (name: string, size: number) =>
    ({ name, role: "weight", shape: [size], initializer: { kind: "constant", value: 0 } }) as const;
  const many = Array.from({ length: 600 }, (_, index) => spec(`v${index}`, 1));
  const groups = stateGroups([spec("huge", 2 ** 26), spec("large", 2 ** 24), ...many]);
  expect(groups.map((group) => group.variables.length)).toEqual([1, 256, 256, 89]);
  expect(groups[0]).toMatchObject({ initialize: "initialize_0", read: "read_state_0", variables: ["huge"] });
  expect(new Set(groups.flatMap((group) => group.variables)).size).toBe(602);
});

test("the name of a node says which node of the graph it stands for", () => {
  const { predict } = smallProgram().functions;
  const found = small.nodes.flatMap(({ name, op }) => {
    const index = indexOfNode("predict", name);
    return index === undefined ? [] : [`${predict!.nodes[index]!.op} ${op}`];
  });
  expect(found).toContain("mul Mul");
  expect(found).toContain("logicalNot LogicalNot");
  expect(indexOfNode("predict", "predict/read/body.mean")).toBeUndefined();
  expect(indexOfNode("predict", "train_step/0_mul/Mul")).toBeUndefined();
});
