/** What does not fit between a file and a model, as diagnostics. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { classesFor } from "./convert.ts";
import type { Matches } from "./match.ts";

/** An error for each parameter that would have no numbers. */
export function problemsOf({ mapping, missing, misshapen }: Matches, file: string): readonly Diagnostic[] {
  return [
    ...misshapen.map(({ slot, name, expected, found }) => {
      const classes = classesFor(slot, mapping, found);
      const values = { parameter: slot.name, name, file, expected, found, classes };
      return diagnose(weightsCodes, "weights/shape", values);
    }),
    ...missing.map(({ slot, tried }) => {
      const values = { parameter: slot.name, tried, mapping: mapping.name, file };
      return diagnose(weightsCodes, "weights/missing", values);
    }),
  ];
}

const mostNamed = 4;

/** A warning where tensors of the file are left over. */
export function leftOver({ mapping, unused }: Matches, file: string): readonly Diagnostic[] {
  if (unused.length === 0) return [];
  const names = unused.slice(0, mostNamed);
  const values = { file, names, count: unused.length, mapping: mapping.name };
  return [diagnose(weightsCodes, "weights/unused", values)];
}

/** Where not one name is known. */
export function nothingFits(file: string, tensors: Iterable<string>, wanted: readonly string[]): Diagnostic {
  const values = { file, names: [...tensors].slice(0, mostNamed), wanted: wanted.slice(0, mostNamed) };
  return diagnose(weightsCodes, "weights/nothing-fits", values);
}
