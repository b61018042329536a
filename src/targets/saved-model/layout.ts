/** Names inside a saved model that its writer and its runners agree on, and what `signatures.json` says. */
import type { Signatures, StateSpec } from "../artifact.ts";
import { legalName } from "./graph-writer.ts";

/** Node that a caller feeds for an input of a function. */
export const inputNode = (functionName: string, name: string): string =>
  `${legalName(functionName)}/input/${legalName(name)}`;
/** Node that a caller fetches for an output; it runs after all updates of its function. */
export const outputNode = (functionName: string, name: string): string =>
  `${legalName(functionName)}/output/${legalName(name)}`;
/** Fetched where a function has no outputs. */
export const doneNode = (functionName: string): string => `${legalName(functionName)}/done`;
/** Node that is fed with the new value of a variable, and the one to fetch so that it is assigned. */
export const initialValueNode = (variable: string): string => `initialize/value/${legalName(variable)}`;
export const initializedNode = (variable: string): string => `initialize/done/${legalName(variable)}`;
/** Node to fetch so that a slot of the optimizer is zero, as before its first step; there is one for each slot. */
export const zeroedNode = (slot: string): string => `initialize/zeroed/${legalName(slot)}`;
/** Node to fetch for the value of a variable. */
export const readNode = (variable: string): string => `read_state/${legalName(variable)}`;

/** Begins the names of all nodes that stand for node `index` of a function's graph. */
export const nodeScope = (functionName: string, index: number, op: string): string =>
  `${legalName(functionName)}/${index}_${op}`;
/**
 * The node of the function's graph that `name` stands for; none for reads and updates of variables. TensorFlow puts a
 * name of its own before those of nodes that its optimisations make.
 */
export function indexOfNode(functionName: string, name: string): number | undefined {
  const prefix = `${legalName(functionName)}/`;
  const start = name.startsWith(prefix) ? 0 : name.indexOf(`/${prefix}`) + 1;
  if (start === 0 && !name.startsWith(prefix)) return undefined;
  const [, index] = /^(\d+)_/.exec(name.slice(start + prefix.length)) ?? [];
  return index === undefined ? undefined : Number(index);
}
/** Node that changes a variable. */
export const updateNode = (functionName: string, variable: string): string =>
  `${legalName(functionName)}/update/${legalName(variable)}`;

export interface StateGroup {
  /** Signatures that set and give the variables of this group, each by its own name. */
  readonly initialize: string;
  readonly read: string;
  readonly variables: readonly string[];
}

const groupVariables = 256;
const groupBytes = 128 * 2 ** 20;

/**
 * Splits the state so that no call carries more than 256 variables or, where one variable is not larger, 128 MB. TensorFlow
 * optimises the whole graph anew for each set of fetches, so calls should be few.
 */
export function stateGroups(state: readonly StateSpec[]): readonly StateGroup[] {
  const groups: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const { name, shape } of state) {
    const size = 4 * shape.reduce((product, extent) => product * extent, 1);
    if (bytes + size > groupBytes || groups.at(-1)!.length >= groupVariables) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(name);
    bytes += size;
  }
  return groups.map((variables, index) => ({
    initialize: `initialize_${index}`,
    read: `read_state_${index}`,
    variables,
  }));
}

/** `signatures.json`: all that a program needs to run the folder with nothing but TensorFlow. */
export interface SavedModelDescription extends Signatures {
  readonly format: "rcnn saved model 1";
  /** Bytes are little-endian; images are rows first, channels last. */
  readonly notes: readonly string[];
  readonly stateGroups: readonly StateGroup[];
  /** Present where initial values were written beside the model. */
  readonly initialState?: InitialState;
}

export interface InitialState {
  readonly file: string;
  /** Each variable is f32, of its shape in `state`, from `offset` bytes on. */
  readonly offsets: Readonly<Record<string, number>>;
}

const notes: readonly string[] = [
  "Each function is a signature of saved_model.pb (tag `serve`); inputs and outputs go by name and must have exactly the dtype and shape given here (f32 float32, i32 int32, bool bool).",
  "Variables have no value at first. Run every signature `initialize_<i>` of stateGroups once, feeding its variables by name; initialState says where their first values lie.",
  "A signature `read_state_<i>` gives the variables of its group. All signatures of one loaded model share them.",
];

export const describeSavedModel = (signatures: Signatures): SavedModelDescription => ({
  format: "rcnn saved model 1",
  notes,
  ...signatures,
  stateGroups: stateGroups(signatures.state),
});
