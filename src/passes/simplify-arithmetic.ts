/** Leaves out operations that change nothing, and joins those that undo or repeat each other. */
import { sameType } from "../ir/tensor-type.ts";
import type { Attributes, Node, Value, ValueId } from "../ir/types.ts";
import { inferTypes, opNamed } from "../ops/index.ts";
import { type Constants, constantTable } from "./constants.ts";
import type { Pass } from "./pass.ts";
import { madeBy, rebuild } from "./rebuild.ts";

/** A node as a rule sees it, its operands already simplified. */
interface Place {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly output: Value;
  readonly constants: Constants;
  /** The node that makes a value, if its op is `op`. */
  readonly behind: (value: Value, op: string) => Pick<Node, "inputs" | "attributes"> | undefined;
  readonly make: (op: string, inputs: readonly Value[], attributes: Attributes) => Value;
}

/** Gives what stands for the node's output, or undefined where the rule does not apply. */
type Rule = (place: Place) => Value | undefined;

/** An operand that is the result already, whatever it is combined with. */
const unchanged = ({ output }: Place, value: Value): Value | undefined =>
  sameType(value.type, output.type) ? value : undefined;

const neutralRight =
  (number: number): Rule =>
  (place) =>
    place.constants.isAll(place.inputs[1]!, number) ? unchanged(place, place.inputs[0]!) : undefined;

const neutralLeft =
  (number: number): Rule =>
  (place) =>
    place.constants.isAll(place.inputs[0]!, number) ? unchanged(place, place.inputs[1]!) : undefined;

/** The op leaves a tensor of the same shape alone. */
const sameOut: Rule = (place) => unchanged(place, place.inputs[0]!);

const doubleNegation: Rule = ({ behind, inputs }) => behind(inputs[0]!, "neg")?.inputs[0];

const reshapeTwice: Rule = ({ behind, make, inputs, attributes, output }) => {
  const inner = behind(inputs[0]!, "reshape");
  if (!inner) return undefined;
  return sameType(inner.inputs[0]!.type, output.type)
    ? inner.inputs[0]
    : make("reshape", inner.inputs, attributes);
};

const isIdentity = (permutation: readonly number[]): boolean => permutation.every((axis, i) => axis === i);

const transposeNothing: Rule = ({ inputs, attributes }) =>
  isIdentity(attributes.permutation as readonly number[]) ? inputs[0] : undefined;

const transposeTwice: Rule = ({ behind, make, inputs, attributes }) => {
  const inner = behind(inputs[0]!, "transpose");
  if (!inner) return undefined;
  const first = inner.attributes.permutation as readonly number[];
  const permutation = (attributes.permutation as readonly number[]).map((axis) => first[axis]!);
  return isIdentity(permutation) ? inner.inputs[0] : make("transpose", inner.inputs, { permutation });
};

const concatOne: Rule = ({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined);

/** A sum or mean over axes of size 1 only drops or keeps them. */
const reduceNothing: Rule = ({ inputs, attributes, output, make }) => {
  const axes = attributes.axes as readonly number[];
  if (!axes.every((axis) => inputs[0]!.type.shape[axis] === 1)) return undefined;
  return make("reshape", inputs, { shape: output.type.shape });
};

const rules: Readonly<Record<string, readonly Rule[]>> = {
  add: [neutralRight(0), neutralLeft(0)],
  sub: [neutralRight(0)],
  mul: [neutralRight(1), neutralLeft(1)],
  div: [neutralRight(1)],
  neg: [doubleNegation],
  reshape: [sameOut, reshapeTwice],
  transpose: [transposeNothing, transposeTwice],
  broadcastTo: [sameOut],
  slice: [sameOut],
  pad: [sameOut],
  cast: [sameOut],
  concat: [concatOne],
  sum: [reduceNothing],
  mean: [reduceNothing],
  max: [reduceNothing],
  // Only differentiation reads it, and that is done.
  stopGradient: [sameOut],
};

/** An op that broadcasts needs no operand stretched beforehand, where the result's shape stays. */
const dropBroadcasts: Rule = ({ op, inputs, attributes, output, behind, make }) => {
  if (!opNamed(op).broadcasts) return undefined;
  const slim = inputs.map((input) => behind(input, "broadcastTo")?.inputs[0] ?? input);
  // One stretched operand may have to stay, to give the others their shape.
  const allButOne = inputs.map((_, kept) => slim.map((value, i) => (i === kept ? inputs[i]! : value)));
  const found = [slim, ...allButOne].find(
    (candidate) =>
      candidate.some((value, i) => value !== inputs[i]) && fits(op, candidate, attributes, output),
  );
  return found && make(op, found, attributes);
};

const fits = (op: string, inputs: readonly Value[], attributes: Attributes, output: Value): boolean =>
  sameType(inferTypes(op, inputs, attributes)[0]!, output.type);

export const simplifyArithmetic: Pass = {
  name: "simplify-arithmetic",
  summary: "Leaves out operations that change nothing, and joins those that undo or repeat each other.",
  requires: "differentiation is done: a stopped gradient is an identity from here on",
  ensures:
    "no operation by a neutral element, no shape operation that keeps the shape or follows one of its kind",
  run(graph) {
    const constants = constantTable();
    const makers = new Map<ValueId, Node>();
    return rebuild(graph, (visit) => {
      const { builder, node, inputs, keep } = visit;
      const view = builder.at(madeBy("simplify-arithmetic", node.origin));
      const record = (made: Omit<Node, "origin">): readonly Value[] => {
        for (const output of made.outputs) makers.set(output.id, { ...made, origin: node.origin });
        return made.outputs;
      };
      const place: Place = {
        op: node.op,
        inputs,
        attributes: node.attributes,
        output: node.outputs[0]!,
        constants,
        behind: (value, op) => {
          const maker = makers.get(value.id);
          return maker?.op === op ? maker : undefined;
        },
        make: (op, operands, attributes) =>
          record({ op, inputs: operands, attributes, outputs: view.apply(op, operands, attributes) })[0]!,
      };
      for (const rule of [...(rules[node.op] ?? []), dropBroadcasts]) {
        const result = rule(place);
        if (result) return [result];
      }
      return constants.note(
        visit,
        record({ op: node.op, inputs, attributes: node.attributes, outputs: keep() }),
      );
    });
  },
};
