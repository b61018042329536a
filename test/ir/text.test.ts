import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readGraph } from "../../src/ir/read.ts";
import { printGraph } from "../../src/ir/text.ts";
import type { Attribute, Graph, Value } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { verify } from "../../src/ops/verify.ts";

const fixture = readFileSync(new URL("./fixtures/every-form.ir", import.meta.url), "utf8");

function read(text: string): Graph {
  const { value, diagnostics } = readGraph({ name: "a.ir", text });
  expect(diagnostics).toEqual([]);
  return value!;
}

function codeAndPlace(text: string): [string, string] {
  const { value, diagnostics } = readGraph({ name: "a.ir", text });
  expect(value).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  const { code, span } = diagnostics[0]!;
  return [code, text.slice(span!.start, span!.end)];
}

test("a text with every form comes back as it was", () => {
  const graph = read(fixture);
  expect(printGraph(graph)).toBe(fixture);
  expect(verify(graph)).toEqual([]);
});

test("what is read is what was written", () => {
  const graph = read(fixture);
  expect(graph.name).toBe("every-form");
  expect(graph.inputs.map(({ name, value }) => [name, value.type.dtype])).toEqual([
    ["image", "f32"],
    ["42", "i32"],
  ]);
  expect(graph.inputs[0]!.summary).toBe('Red, green and blue, "raw".');
  expect(graph.parameters.map(({ name, role, initializer }) => [name, role, initializer])).toEqual([
    ["backbone.stem.filter", "weight", { kind: "normal", deviation: 0.05 }],
    ["mean", "statistic", { kind: "constant", value: 0 }],
    ["scale", "frozen", { kind: "uniform", bound: 0.25 }],
    ["a name: odd", "slot", { kind: "constant", value: 1 }],
    ["head.weights", "weight", { kind: "truncatedNormal", deviation: 0.02 }],
    ["up.filter", "weight", { kind: "bilinear", groups: 1 }],
  ]);
  expect(graph.nodes[0]!.inputs).toEqual([graph.inputs[0]!.value, graph.parameters[0]!.value]);
  expect(graph.nodes[1]!.attributes.data).toEqual(Float32Array.of(0.1, Number.NEGATIVE_INFINITY));
  expect(graph.nodes[2]!.attributes.data).toEqual(Int32Array.from({ length: 17 }, (_, i) => i));
  expect(graph.nodes[3]!.attributes.data).toEqual(Uint8Array.of(1, 0));
  expect(graph.outputs.map(({ name }) => name)).toEqual(["loss", "cast/of it"]);
  expect(graph.updates).toEqual([{ parameter: "mean", value: graph.nodes[4]!.outputs[1] }]);
});

test("a node's origin is its line", () => {
  const { origin } = read(fixture).nodes[5]!;
  if (origin.kind !== "source") throw new Error("not a place");
  expect(origin.span.source.text.slice(origin.span.start, origin.span.end)).toBe(
    "%7: f32[] = sum(%4) { axes: [0, 1, 2, 3], keepDims: false }",
  );
});

test("origins are printed as comments, which a reader passes over", () => {
  const builder = createBuilder("g");
  const x = builder.input("x", { dtype: "f32", shape: [2] }, "");
  const made = builder.at({ kind: "made", by: "pass", from: { kind: "made", by: "neck" } });
  builder.output("y", made.neg(x), "");
  const text = printGraph(builder.build(), { origins: true });
  expect(text).toContain("%0: f32[2] = neg(%x) # pass < neck\n");
  expect(printGraph(read(text))).toBe(printGraph(builder.build()));
});

const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9./-]{0,5}$/), fc.string({ maxLength: 6 }));
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, Number.POSITIVE_INFINITY, Number.NaN));
const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  number,
  fc.boolean(),
  fc.string(),
  fc.array(number),
  fc.array(fc.array(number, { minLength: 1 }), { minLength: 1 }),
  fc.float32Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }),
);
const attributeName = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,5}$/);

/** Any graph that the types allow: of ops that need not exist, since the text does not know the ops. */
const graphs: fc.Arbitrary<Graph> = fc
  .record({
    name,
    leaves: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    nodes: fc.array(
      fc.record({
        op: fc.constantFrom("add", "topK", "input"),
        picks: fc.array(fc.nat(), { maxLength: 3 }),
        attributes: fc.dictionary(attributeName, attribute, { noNullPrototype: true, maxKeys: 3 }),
        shapes: fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 5 },
    ),
    outputs: fc.uniqueArray(name, { maxLength: 3 }),
  })
  .map(({ name, leaves, nodes, outputs }) => {
    let id = 0;
    const origin = { kind: "made", by: "test" } as const;
    const value = (shape: readonly number[]) =>
      ({ id: id++, type: { dtype: "f32", shape } }) as unknown as Value;
    const inputs = leaves.map((leaf) => ({ name: leaf, value: value([]), summary: leaf }));
    const known = inputs.map((input) => input.value);
    const made = nodes.map(({ op, picks, attributes, shapes }) => {
      const operands = picks.map((pick) => known[pick % known.length]!);
      const results = shapes.map(value);
      known.push(...results);
      return { op, inputs: operands, attributes, outputs: results, origin };
    });
    const given = outputs.map((output) => ({ name: output, value: known.at(-1)!, summary: "" }));
    return { name, inputs, parameters: [], nodes: made, outputs: given, updates: [] };
  });

test("any graph is read back to what prints alike, attributes and all", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const text = printGraph(graph);
      const again = read(text);
      expect(printGraph(again)).toBe(text);
      expect(again.nodes.map((node) => node.attributes)).toEqual(graph.nodes.map((node) => node.attributes));
    }),
  );
});

test("a fault is one diagnostic in its place", () => {
  const body = (line: string) => `graph g {\n  input %x: f32[2] "x"\n  ${line}\n}`;
  expect(codeAndPlace("")).toEqual(["ir/syntax", ""]);
  expect(codeAndPlace("grahp g {}")).toEqual(["ir/syntax", "grahp"]);
  expect(codeAndPlace("graph g {} x")).toEqual(["ir/syntax", "x"]);
  expect(codeAndPlace(body("%0: f64[2] = neg(%x)"))).toEqual(["ir/syntax", "f64"]);
  expect(codeAndPlace(body("%0: f32[2 = neg(%x)"))).toEqual(["ir/syntax", "="]);
  expect(codeAndPlace(body("%0: f32[2] = neg(%y)"))).toEqual(["ir/undefined-value", "%y"]);
  expect(codeAndPlace(body("%0: f32[2] = neg(%0)"))).toEqual(["ir/undefined-value", "%0"]);
  expect(codeAndPlace(body("%x: f32[2] = neg(%x)"))).toEqual(["ir/defined-twice", "%x"]);
  expect(codeAndPlace(body('%0: f32[1] = constant() { data: f32("AA=="), shape: [1] }'))[0]).toBe(
    "ir/syntax",
  );
  expect(codeAndPlace(body("toString %0: %x"))).toEqual(["ir/syntax", "toString"]);
  expect(codeAndPlace(body('output y: %x "open'))[0]).toBe("ir/syntax");
});
