/** What is known of values that are constants. */
import type { Value, ValueId } from "../ir/types.ts";
import type { TensorData } from "../ops/define.ts";
import type { Visit } from "./rebuild.ts";

/** Remembers the constants of a graph that is being rebuilt. */
export function constantTable() {
  const known = new Map<ValueId, TensorData>();
  return {
    /** Looks at what a node became: a constant is remembered. */
    note({ node }: Visit, outputs: readonly Value[]): readonly Value[] {
      if (node.op === "constant")
        known.set(outputs[0]!.id, {
          type: node.outputs[0]!.type,
          data: node.attributes.data as TensorData["data"],
        });
      return outputs;
    },
    add(value: Value, data: TensorData["data"]): void {
      known.set(value.id, { type: value.type, data });
    },
    of: (value: Value): TensorData | undefined => known.get(value.id),
    /** Whether every element is `number`. */
    isAll: (value: Value, number: number): boolean => {
      const data = known.get(value.id)?.data;
      return data !== undefined && data.length > 0 && data.every((element: number) => element === number);
    },
  };
}

export type Constants = ReturnType<typeof constantTable>;
