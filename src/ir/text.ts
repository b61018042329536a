/** Graphs as text, one node a line; `read.ts` reads it back. */
import { describeOrigin } from "./origin.ts";
import { printType } from "./tensor-type.ts";
import type {
  Attribute,
  Attributes,
  Graph,
  GraphParameter,
  Node,
  ParameterInitializer,
  Value,
  ValueId,
} from "./types.ts";

export interface PrintOptions {
  /** Adds where each node comes from, as a comment. */
  readonly origins?: boolean;
}

/** Nodes' values are numbered in order, so that the text does not depend on how the graph was made. */
export function printGraph(graph: Graph, { origins = false }: PrintOptions = {}): string {
  const names = nameValues(graph);
  const of = (value: Value): string => names.get(value.id) ?? `%?${value.id}`;
  const lines = [
    ...graph.inputs.map(
      ({ value, summary }) => `input ${of(value)}: ${printType(value.type)} ${JSON.stringify(summary)}`,
    ),
    ...graph.parameters.map((parameter) => printParameter(parameter, of(parameter.value))),
    ...graph.nodes.map((node) => printNode(node, of) + (origins ? ` # ${describeOrigin(node.origin)}` : "")),
    ...graph.outputs.map(
      ({ name, value, summary }) => `output ${printName(name)}: ${of(value)} ${JSON.stringify(summary)}`,
    ),
    ...graph.updates.map(({ parameter, value }) => `update ${printName(parameter)}: ${of(value)}`),
  ];
  return [`graph ${printName(graph.name)} {`, ...lines.map((line) => `  ${line}`), "}", ""].join("\n");
}

function nameValues(graph: Graph): ReadonlyMap<ValueId, string> {
  const names = new Map<ValueId, string>();
  for (const { name, value } of [...graph.inputs, ...graph.parameters])
    names.set(value.id, `%${printName(name)}`);
  let next = 0;
  for (const node of graph.nodes) {
    for (const output of node.outputs) names.set(output.id, `%${next++}`);
  }
  return names;
}

/** Names are bare where they look like one, such as `backbone.c2.conv/1`, and quoted where not. */
const printName = (name: string): string => (/^[A-Za-z_][\w./-]*$/.test(name) ? name : JSON.stringify(name));

const printParameter = ({ value, role, initializer }: GraphParameter, name: string): string =>
  `parameter ${name}: ${printType(value.type)} ${role} ${printInitializer(initializer)}`;

function printInitializer(initializer: ParameterInitializer): string {
  switch (initializer.kind) {
    case "constant":
      return `constant(${printNumber(initializer.value)})`;
    case "normal":
      return `normal(${printNumber(initializer.deviation)})`;
    case "truncatedNormal":
      return `truncatedNormal(${printNumber(initializer.deviation)})`;
    case "uniform":
      return `uniform(${printNumber(initializer.bound)})`;
    case "bilinear":
      return `bilinear(${initializer.groups})`;
  }
}

function printNode({ op, inputs, attributes, outputs }: Node, of: (value: Value) => string): string {
  const results = outputs.map((output) => `${of(output)}: ${printType(output.type)}`).join(", ");
  return `${results} = ${op}(${inputs.map(of).join(", ")})${printAttributes(attributes)}`;
}

/** ` { axis: 1 }`, or nothing where there are none. */
function printAttributes(attributes: Attributes): string {
  const entries = Object.entries(attributes).map(([name, value]) => `${name}: ${printAttribute(value)}`);
  return entries.length > 0 ? ` { ${entries.join(", ")} }` : "";
}

function printAttribute(value: Attribute | readonly number[]): string {
  if (ArrayBuffer.isView(value)) return printArray(value);
  if (typeof value === "object") return `[${value.map((entry) => printAttribute(entry)).join(", ")}]`;
  return typeof value === "number" ? printNumber(value) : JSON.stringify(value);
}

/** Past this many elements a constant is printed as its bytes. */
const longArray = 16;

function printArray(array: Float32Array | Int32Array | Uint8Array): string {
  const kind = array instanceof Float32Array ? "f32" : array instanceof Int32Array ? "i32" : "bool";
  if (array.length > longArray) {
    return `${kind}("${Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64")}")`;
  }
  const print = kind === "f32" ? printSingle : printNumber;
  return `${kind}(${Array.from(array, print).join(", ")})`;
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The fewest digits that give the same f32. */
function printSingle(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return printNumber(short);
  }
  return printNumber(value);
}
