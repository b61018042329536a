/**
 * Selections: what top-k, NMS and sampling choose. They are outputs `selection/<name>.<part>` of the training
 * graph, so that a pass can turn them into inputs and a step can be repeated on another back end with the same choice.
 */
import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";

export const selectionPrefix = "selection/";

export function selection<Parts extends Readonly<Record<string, Value>>>(
  b: Builder,
  name: string,
  parts: Parts,
): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([part, value]) => {
      // No gradient flows through a choice (Ren et al. 2015, section 3.2: the approximate joint training).
      const chosen = b.stopGradient(value);
      b.output(`${selectionPrefix}${name}.${part}`, chosen, "what was chosen in this step");
      return [part, chosen];
    }),
  ) as Parts;
}
