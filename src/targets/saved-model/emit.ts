/** A program as a TensorFlow SavedModel: one graph, one signature a function, and the signatures that set and give state. */
import type { DType, TensorType } from "../../ir/types.ts";
import type { TensorflowRef } from "../../ops/define.ts";
import type { Program, SavedModel, StateSpec, TensorSpec } from "../artifact.ts";
import { signaturesOf } from "../signatures.ts";
import {
  createGraphWriter,
  type GraphWriter,
  legalName,
  shapeMessage,
  typeAttributes,
} from "./graph-writer.ts";
import {
  describeSavedModel,
  doneNode,
  initializedNode,
  initialValueNode,
  inputNode,
  outputNode,
  readNode,
  type StateGroup,
  stateGroups,
  zeroedNode,
} from "./layout.ts";
import { dataTypes, encodeSavedModel, type SignatureMessage, type TensorInfoMessage } from "./schema.ts";
import { type Variables, writeFunction } from "./write-function.ts";

export interface EmitOptions {
  /** Nodes may be of the ops that `rcnn native install` compiles; where not, TensorFlow alone runs the model. */
  readonly ownKernels?: boolean;
}

/** `saved_model.pb` and `signatures.json`. The file never holds weights: variables are set by the `initialize_<i>` signatures. */
export function emitSavedModel(program: Program, { ownKernels = false }: EmitOptions = {}): SavedModel {
  const signatures = signaturesOf(program);
  const writer = createGraphWriter();
  const variables = writeVariables(writer, signatures.state);
  for (const [name, graph] of Object.entries(program.functions))
    writeFunction(writer, name, graph, { variables, ownKernels });
  const groups = stateGroups(signatures.state);
  for (const group of groups) writeGroup(writer, group);
  const entries = [
    ...Object.entries(signatures.functions).map(([name, spec]) => [
      name,
      signature(
        spec.inputs.map((input) => [input.name, tensorInfo(inputNode(name, input.name), input)]),
        spec.outputs.length > 0
          ? spec.outputs.map((output) => [output.name, tensorInfo(outputNode(name, output.name), output)])
          : [["done", tensorInfo(doneNode(name), scalarBool)]],
      ),
    ]),
    ...groups.flatMap((group) => groupSignatures(group, signatures.state)),
  ];
  const bytes = encodeSavedModel({ nodes: writer.nodes, signatures: Object.fromEntries(entries) });
  const description = `${JSON.stringify(describeSavedModel(signatures), undefined, 1)}\n`;
  const files = new Map([
    ["saved_model.pb", bytes],
    ["signatures.json", new TextEncoder().encode(description)],
  ]);
  return { kind: "saved-model", signatures, files };
}

const scalarBool: TensorType = { dtype: "bool", shape: [] };

/** For each variable its handle, the nodes that set it from a fed value, and the one that gives it. */
function writeVariables(writer: GraphWriter, state: readonly StateSpec[]): Variables {
  const handles = new Map<string, TensorflowRef>();
  for (const { name, role, shape } of state) {
    const type: TensorType = { dtype: "f32", shape };
    const dtype = { dtype: { type: "f32" } } as const;
    const handle = writer.add(`variable/${legalName(name)}`, "VarHandleOp", [], {
      ...typeAttributes(type),
      shared_name: { text: name },
    });
    const value = writer.add(initialValueNode(name), "Placeholder", [], typeAttributes(type));
    // A variable keeps the buffer it is given, and a fed one belongs to JavaScript: hence the copy.
    const copy = writer.add(`initialize/copy/${legalName(name)}`, "DeepCopy", [value], {
      T: { type: "f32" },
    });
    const assign = writer.add(
      `initialize/assign/${legalName(name)}`,
      "AssignVariableOp",
      [handle, copy],
      dtype,
    );
    writer.add(initializedNode(name), "Identity", [truth(writer)], { T: { type: "bool" } }, [assign]);
    writer.add(readNode(name), "ReadVariableOp", [handle], dtype);
    if (role === "slot") writeZeroed(writer, name, handle, shape);
    handles.set(name, handle);
  }
  return handles;
}

/** Slots are as large as the weights and begin as zeros, which need not be fed. */
function writeZeroed(
  writer: GraphWriter,
  name: string,
  handle: TensorflowRef,
  shape: readonly number[],
): void {
  const make = writer.within(`initialize/zeros/${legalName(name)}`);
  const [zeros] = make.node(
    "Fill",
    [make.constant("i32", [shape.length], shape), make.constant("f32", [], [0])],
    { T: { type: "f32" }, index_type: { type: "i32" } },
  );
  const assign = `initialize/assign_zeros/${legalName(name)}`;
  writer.add(assign, "AssignVariableOp", [handle, zeros!], { dtype: { type: "f32" } });
  writer.add(zeroedNode(name), "Identity", [truth(writer)], { T: { type: "bool" } }, [assign]);
}

const truth = (writer: GraphWriter): TensorflowRef => writer.within("initialize").constant("bool", [], [1]);

function writeGroup(writer: GraphWriter, group: StateGroup): void {
  const after = group.variables.map(initializedNode);
  writer.add(doneNode(group.initialize), "Identity", [truth(writer)], { T: { type: "bool" } }, after);
}

function groupSignatures(
  group: StateGroup,
  state: readonly StateSpec[],
): readonly (readonly [string, SignatureMessage])[] {
  const shapes = new Map(state.map(({ name, shape }) => [name, shape]));
  const infos = (node: (variable: string) => string) =>
    group.variables.map(
      (name) => [name, tensorInfo(node(name), { dtype: "f32", shape: shapes.get(name)! })] as const,
    );
  return [
    [
      group.initialize,
      signature(infos(initialValueNode), [["done", tensorInfo(doneNode(group.initialize), scalarBool)]]),
    ],
    [group.read, signature([], infos(readNode))],
  ];
}

type Infos = readonly (readonly [string, TensorInfoMessage])[];

const signature = (inputs: Infos, outputs: Infos): SignatureMessage => ({
  inputs: Object.fromEntries(inputs),
  outputs: Object.fromEntries(outputs),
  methodName: "tensorflow/serving/predict",
});

const tensorInfo = (
  node: string,
  type: { readonly dtype: DType; readonly shape: TensorSpec["shape"] },
): TensorInfoMessage => ({
  name: `${node}:0`,
  dtype: dataTypes[type.dtype],
  tensorShape: shapeMessage(type.shape),
});
