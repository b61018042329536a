/** Values as texts that tell them apart, so that calls with the same values are checked once. */
import { type ArgumentValue, showValue, type Value } from "../check/values.ts";

/** Of arguments with their names; undefined where one is layers or not known, and so like no other. */
export function argumentsKey(given: readonly ArgumentValue[]): string | undefined {
  return joined(given.map(({ name, value }) => withName(name?.text, value)));
}

export function valuesKey(values: ReadonlyMap<string, Value>): string | undefined {
  return joined([...values].map(([name, value]) => withName(name, value)));
}

const joined = (keys: readonly (string | undefined)[]): string | undefined =>
  keys.includes(undefined) ? undefined : keys.join(",");

function withName(name: string | undefined, value: Value): string | undefined {
  const key = keyOf(value);
  return key === undefined || name === undefined ? key : `${name}=${key}`;
}

function keyOf(value: Value): string | undefined {
  switch (value.kind) {
    case "number":
    case "size":
    case "ratio":
    case "text":
      return showValue(value);
    case "boolean":
    case "none":
    case "word":
      return `${value.kind} ${showValue(value)}`;
    case "list":
      return enclosed("[", value.items.map(keyOf), "]");
    case "call":
      return enclosed(`call ${value.callee.text}(`, [argumentsKey(value.arguments)], ")");
    default:
      return undefined;
  }
}

function enclosed(before: string, keys: readonly (string | undefined)[], after: string): string | undefined {
  const inside = joined(keys);
  return inside === undefined ? undefined : `${before}${inside}${after}`;
}
