/** The plain reference back end: graphs run node by node by the loops that define their ops. */

import { runtimeCodes } from "../../diagnostics/codes/runtime.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { TensorData } from "../../ops/define.ts";
import { interpret } from "../../ops/interpret.ts";
import type { ReferenceProgram } from "../../targets/artifact.ts";
import { RuntimeFault } from "../fault.ts";
import { bytesOf, checkFeeds, checkNames, checkState } from "../feeds.ts";
import type { HostTensor, Session } from "../session.ts";

type State = Map<string, HostTensor>;

/** A session with unset variables. Slow, and right by definition. */
export function openReference({ signatures, program }: ReferenceProgram): Session {
  const state: State = new Map();
  return {
    backend: "reference",
    signatures,
    write: async (values) => {
      checkState(signatures, values);
      for (const [name, value] of Object.entries(values)) state.set(name, copyOf(value));
    },
    read: async (names) => {
      const entries = checkNames(signatures, names).map(
        (name) => [name, copyOf(variable(state, name))] as const,
      );
      return Object.fromEntries(entries);
    },
    run: async (name, feeds) => {
      checkFeeds(signatures, name, feeds);
      const graph = program.functions[name]!;
      const variables = graph.parameters.map(
        (parameter) => [parameter.name, variable(state, parameter.name).data] as const,
      );
      const inputs = Object.entries(feeds).map(([input, { data }]) => [input, data] as const);
      const { outputs, updates } = interpret(graph, Object.fromEntries([...variables, ...inputs]));
      for (const [parameter, value] of Object.entries(updates)) state.set(parameter, toHost(value));
      return Object.fromEntries(Object.entries(outputs).map(([output, value]) => [output, toHost(value)]));
    },
    memory: async () => ({
      tensors: state.size,
      bytes: [...state.values()].reduce((sum, { dtype, shape }) => sum + bytesOf(dtype, shape), 0),
    }),
    close: async () => state.clear(),
  };
}

function variable(state: State, name: string): HostTensor {
  const tensor = state.get(name);
  if (!tensor) throw new RuntimeFault(diagnose(runtimeCodes, "runtime/unset-variable", { name }));
  return tensor;
}

const copyOf = ({ dtype, shape, data }: HostTensor): HostTensor => ({ dtype, shape, data: data.slice() });

/** Copied, for a result may be a feed or a variable itself. */
const toHost = ({ type, data }: TensorData): HostTensor =>
  copyOf({ ...type, data: data as HostTensor["data"] });
