/** Computes what several nodes compute alike once. */
import { createHash } from "node:crypto";
import type { Attribute, Node, Value } from "../ir/types.ts";
import type { Pass } from "./pass.ts";
import { rebuild } from "./rebuild.ts";

/** Two nodes with the same op, operands and attributes give the same values: every op is a pure function. */
export const eliminateCommonSubexpressions: Pass = {
  name: "eliminate-common-subexpressions",
  summary: "Computes what several nodes compute alike once.",
  requires: "nothing",
  ensures: "no two nodes have the same op, operands and attributes",
  run(graph) {
    const known = new Map<string, readonly Value[]>();
    return rebuild(graph, ({ node, inputs, keep }) => {
      const key = keyOf(node, inputs);
      const twin = known.get(key);
      if (twin) return twin;
      const outputs = keep();
      known.set(key, outputs);
      return outputs;
    });
  },
};

function keyOf(node: Node, inputs: readonly Value[]): string {
  const attributes = Object.keys(node.attributes)
    .sort()
    .map((name) => `${name}=${textOf(node.attributes[name]!)}`);
  return [node.op, inputs.map((input) => input.id).join(), ...attributes].join(";");
}

/** Unlike JSON, tells infinities apart. */
function textOf(attribute: Attribute): string {
  if (ArrayBuffer.isView(attribute)) {
    const bytes = new Uint8Array(attribute.buffer, attribute.byteOffset, attribute.byteLength);
    return `${attribute.constructor.name}:${createHash("sha256").update(bytes).digest("base64")}`;
  }
  if (Array.isArray(attribute)) return `[${attribute.map(textOf).join()}]`;
  return `${typeof attribute}:${attribute}`;
}
