/** Explanations of values as text: the value, then one line for each place that had a say. */
import type { Explanation, How } from "./explanation.ts";

const words: Readonly<Record<How, string>> = {
  set: "set",
  changed: "changed",
  names: "names",
  default: "default",
  derived: "derived",
  built: "written",
};

export function explanationText({ path, value, steps }: Explanation): string {
  const head = value === undefined ? path : `${path} = ${value}`;
  const widths = [
    Math.max(...steps.map(({ how }) => words[how].length)),
    Math.max(...steps.map(({ place = "" }) => place.length)),
  ] as const;
  const lines = steps.map(
    ({ how, text, place = "" }) => `  ${words[how].padEnd(widths[0])}  ${place.padEnd(widths[1])}  ${text}`,
  );
  return [head, ...lines].filter((line) => line !== "").join("\n");
}
