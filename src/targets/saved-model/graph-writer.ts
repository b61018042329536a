/** Collects TensorFlow nodes: unique names, attributes in TensorFlow's form, equal constants once, who reads what. */
import type { DType, TensorType } from "../../ir/types.ts";
import type { TensorflowAttribute, TensorflowRef, TensorflowWriter } from "../../ops/define.ts";
import { invariant } from "../../support/invariant.ts";
import { type AttributeMessage, dataTypes, type NodeMessage, type ShapeMessage } from "./schema.ts";

export type WriterAttributes = Readonly<Record<string, TensorflowAttribute>>;

export interface GraphWriter {
  /** Adds the node with exactly this name, which must be new; `after` are names of nodes that must run first. */
  add(
    name: string,
    op: string,
    inputs: readonly TensorflowRef[],
    attributes: WriterAttributes,
    after?: readonly string[],
  ): TensorflowRef;
  /** A writer for op mappings, whose nodes are named `scope/Op`, numbered where that is taken. */
  within(scope: string): TensorflowWriter;
  /** Names of the nodes that take `reference` as an input. */
  readersOf(reference: TensorflowRef): readonly string[];
  readonly nodes: readonly NodeMessage[];
}

interface State {
  readonly nodes: NodeMessage[];
  readonly names: Set<string>;
  readonly readers: Map<string, string[]>;
  readonly constants: Map<string, TensorflowRef>;
  readonly attached: Map<TensorflowRef, readonly TensorflowRef[]>;
}

export function createGraphWriter(): GraphWriter {
  const state: State = {
    nodes: [],
    names: new Set(),
    readers: new Map(),
    constants: new Map(),
    attached: new Map(),
  };
  return {
    add: (name, op, inputs, attributes, after = []) =>
      addNode(state, name, op, inputs, convertAll(attributes), after),
    within: (scope) => ({
      node(op, inputs, attributes = {}, count = 1) {
        const name = freshName(state, `${scope}/${op}`);
        addNode(state, name, op, inputs, convertAll(attributes), []);
        return Array.from({ length: count }, (_, index) =>
          reference(index === 0 ? name : `${name}:${index}`),
        );
      },
      constant: (dtype, shape, data) => addConstant(state, scope, dtype, shape, data),
      attach: (ref, others) => {
        state.attached.set(ref, others);
      },
      attached: (ref) => state.attached.get(ref),
    }),
    readersOf: (ref) => state.readers.get(ref) ?? [],
    nodes: state.nodes,
  };
}

export const reference = (name: string): TensorflowRef => name as TensorflowRef;

/** The name as TensorFlow allows it: letters, digits and `_.-/`, no odd start. */
export function legalName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_.\-/]/g, "_");
  return /^[A-Za-z0-9.]/.test(plain) ? plain : `x${plain}`;
}

export const shapeMessage = (shape: readonly number[]): ShapeMessage => ({
  dim: shape.map((size) => ({ size })),
});

export const typeAttributes = (type: TensorType): WriterAttributes => ({
  dtype: { type: type.dtype },
  shape: { shape: type.shape },
});

function addNode(
  state: State,
  name: string,
  op: string,
  inputs: readonly TensorflowRef[],
  attr: Readonly<Record<string, AttributeMessage>>,
  after: readonly string[],
): TensorflowRef {
  invariant(!state.names.has(name), `two TensorFlow nodes are named ${name}`);
  state.names.add(name);
  for (const input of inputs) {
    const readers = state.readers.get(input);
    if (readers) readers.push(name);
    else state.readers.set(input, [name]);
  }
  state.nodes.push({ name, op, input: [...inputs, ...new Set(after.map((other) => `^${other}`))], attr });
  return reference(name);
}

function freshName(state: State, wanted: string): string {
  let name = wanted;
  for (let count = 1; state.names.has(name); count++) name = `${wanted}_${count}`;
  return name;
}

/** Constants of up to this many elements are looked for among those written before. */
const sharedSize = 64;

function addConstant(
  state: State,
  scope: string,
  dtype: DType,
  shape: readonly number[],
  data: ArrayLike<number>,
): TensorflowRef {
  const key =
    data.length <= sharedSize
      ? `${dtype}[${shape}]${Array.from(data, (value) => (Object.is(value, -0) ? "-0" : value))}`
      : undefined;
  const known = key === undefined ? undefined : state.constants.get(key);
  if (known) return known;
  const tensor = {
    dtype: dataTypes[dtype],
    tensorShape: shapeMessage(shape),
    tensorContent: contentOf(dtype, data),
  };
  const attr = { dtype: { type: dataTypes[dtype] }, value: { tensor } };
  const made = addNode(state, freshName(state, `${scope}/Const`), "Const", [], attr, []);
  if (key !== undefined) state.constants.set(key, made);
  return made;
}

/** Little-endian, as TensorFlow reads `tensor_content` on the machines that it runs on. */
function contentOf(dtype: DType, data: ArrayLike<number>): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(data);
  const array = dtype === "f32" ? Float32Array.from(data) : Int32Array.from(data);
  return new Uint8Array(array.buffer);
}

const convertAll = (attributes: WriterAttributes): Record<string, AttributeMessage> =>
  Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, convert(attribute)]));

function convert(attribute: TensorflowAttribute): AttributeMessage {
  if ("type" in attribute) return { type: dataTypes[attribute.type] };
  if ("types" in attribute) return { list: { type: attribute.types.map((type) => dataTypes[type]) } };
  if ("int" in attribute) return { i: attribute.int };
  if ("ints" in attribute) return { list: { i: attribute.ints } };
  if ("float" in attribute) return { f: attribute.float };
  if ("bool" in attribute) return { b: attribute.bool };
  if ("text" in attribute) return { s: new TextEncoder().encode(attribute.text) };
  return { shape: shapeMessage(attribute.shape) };
}
