import { expect, test } from "vitest";
import { readGraph } from "../../src/ir/read.ts";
import type { Graph } from "../../src/ir/types.ts";
import { verify } from "../../src/ops/verify.ts";

const header = `graph g {
  input %x: f32[2, 3] "x"
  parameter %w: f32[3] weight constant(1)
`;

function read(lines: string): Graph {
  const { value, diagnostics } = readGraph({ name: "a.ir", text: `${header}${lines}\n}` });
  expect(diagnostics).toEqual([]);
  return value!;
}

/** Codes, and the text they point at. */
const faults = (graph: Graph) =>
  verify(graph).map(({ code, span }) => [code, span ? span.source.text.slice(span.start, span.end) : ""]);

const sound = '%0: f32[2, 3] = mul(%x, %w)\noutput y: %0 "y"';

test("a sound graph has no faults", () => {
  expect(verify(read(sound))).toEqual([]);
});

test("faults of nodes name the op's rule and point at the line", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["%0: f32[2, 3] = nothing(%x)", "ir/unknown-op"],
    ["%0: f32[2, 3] = neg(%x, %x)", "ir/wrong-signature"],
    ["%0: f32[2, 3] = neg(%x) { axis: 1 }", "ir/wrong-signature"],
    ["%0: f32[2] = sum(%x) { axes: [1] }", "ir/wrong-signature"],
    ["%0: f32[2] = sum(%x) { axes: [2], keepDims: false }", "ir/broken-constraint"],
    ["%0: f32[3] = sum(%x) { axes: [1], keepDims: false }", "ir/wrong-type"],
    ["%0: f32[2], %1: f32[2] = sum(%x) { axes: [1], keepDims: false }", "ir/wrong-type"],
  ];
  for (const [line, code] of cases) expect(faults(read(line))).toEqual([[code, line]]);
});

test("faults say what is wrong", () => {
  const [broken] = verify(read("%0: f32[2] = sum(%x) { axes: [2], keepDims: false }"));
  expect(broken!.message).toBe("`sum` of `f32[2, 3]` breaks C2: axes [2] of rank 2.");
  const [signature] = verify(read("%0: f32[2, 3] = neg(%x, %x)"));
  expect(signature!.message).toBe("`neg` takes 1 operands, got 2.");
});

test("updates need a parameter of their type", () => {
  expect(faults(read(`${sound}\nupdate v: %0`))).toEqual([["ir/unknown-parameter", ""]]);
  expect(faults(read(`${sound}\nupdate w: %0`)).map(([code]) => code)).toEqual(["ir/wrong-type"]);
  expect(faults(read(`${sound}\nupdate w: %w\nupdate w: %w`)).map(([code]) => code)).toEqual([
    "ir/defined-twice",
  ]);
});

test("values out of order, doubled, or with a changed type are faults", () => {
  const graph = read('%0: f32[2, 3] = mul(%x, %w)\n%1: f32[2, 3] = neg(%0)\noutput y: %1 "y"');
  const [first, second] = [graph.nodes[0]!, graph.nodes[1]!];
  expect(faults({ ...graph, nodes: [second, first] }).map(([code]) => code)).toEqual(["ir/undefined-value"]);
  expect(faults({ ...graph, nodes: [first] }).map(([code]) => code)).toEqual(["ir/undefined-value"]);
  expect(faults({ ...graph, nodes: [first, second, second] }).map(([code]) => code)).toEqual([
    "ir/defined-twice",
  ]);
  const other = { ...first.outputs[0]!, type: { dtype: "f32", shape: [6] } as const };
  const changed = { ...second, inputs: [other], outputs: [{ ...second.outputs[0]!, type: other.type }] };
  expect(faults({ ...graph, nodes: [first, changed] }).map(([code]) => code)).toContain("ir/wrong-type");
  expect(faults({ ...graph, inputs: [...graph.inputs, ...graph.inputs] }).map(([code]) => code)).toEqual([
    "ir/defined-twice",
    "ir/defined-twice",
  ]);
});
