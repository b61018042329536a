/** How large a value is with all that its names stand for, which grows without bound where lists hold lists. */
import type { Value } from "./values.ts";

/** Numbers, names and texts of one value. */
export const mostParts = 10_000;

function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case "list":
      return value.items;
    case "record":
      return value.entries.map((entry) => entry.value);
    case "call":
      return value.arguments.map((argument) => argument.value);
    case "range":
      return [value.from, value.to];
    case "rate":
      return [value.value, value.per];
    default:
      return [];
  }
}

/** Whether `value` has more than `mostParts` parts; looks at no more of them. */
export function isTooLarge(value: Value): boolean {
  let count = 0;
  const open = [value];
  for (let next = open.pop(); next; next = open.pop()) {
    if (++count > mostParts) return true;
    open.push(...partsOf(next));
  }
  return false;
}
