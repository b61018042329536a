/** Patterns of names: `c{stage}.rest[{i}]` finds the numbers in one of our paths, and `layer{stage-1}.{i+1}` writes them into a foreign one. */
import { invariant } from "../support/invariant.ts";

export type Numbers = Readonly<Record<string, number>>;

const hole = /\{([a-z][a-zA-Z]*)(?:\*(\d+))?(?:([+-])(\d+))?\}/g;

/** The numbers that `pattern` finds in `path`, or nothing where it does not fit. */
export function findNumbers(pattern: string, path: string): Numbers | undefined {
  const names: string[] = [];
  const source = pattern
    .split(/(\{[a-z][a-zA-Z]*\})/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(part.slice(1, -1));
      return "(\\d{1,6})";
    })
    .join("");
  const found = new RegExp(`^${source}$`).exec(path);
  return found ? Object.fromEntries(names.map((name, index) => [name, Number(found[index + 1])])) : undefined;
}

/** `template` with `{name}`, `{name*2}`, `{name-1}` or `{name*2+5}` filled in. */
export function fillTemplate(template: string, numbers: Numbers): string {
  return template.replace(hole, (_, name: string, factor = "1", sign = "+", shift = "0") => {
    const value = numbers[name];
    invariant(value !== undefined, `a mapping that was checked uses no unknown {${name}}`);
    return String(value * Number(factor) + (sign === "-" ? -1 : 1) * Number(shift));
  });
}

/** Names in the holes of `text`. */
export const holesOf = (text: string): string[] => [...text.matchAll(hole)].map(([, name]) => name!);
