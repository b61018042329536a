/** Values out of parsed JSON, each checked where it is taken, with its place in the file for the message. */

import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** One value and where it stands. */
export interface JsonPlace {
  readonly value: unknown;
  /** As shown to the user: `` `FILE` `annotations[3].bbox` ``, with the entry's id where it has one. */
  readonly place: string;
}

export interface JsonReader {
  readonly diagnostics: Diagnostic[];
  /** An entry of the file's top object, which must be a list of objects; empty where it is not. */
  list(key: string): readonly JsonEntry[];
}

/** An object in one of the file's lists. */
export interface JsonEntry {
  readonly place: string;
  has(key: string): boolean;
  at(key: string): JsonPlace;
  /** These note what is wrong and give `undefined`. */
  integer(key: string): number | undefined;
  atLeastZero(key: string): number | undefined;
  /** 0 and 1, or `false` and `true`. */
  flag(key: string): boolean | undefined;
  text(key: string): string | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `value` in a few words. */
export function describeJson(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return `\`${text.length > 40 ? `${text.slice(0, 40)}...` : text}\``;
}

/** `root` is the parsed content of `file`. */
export function readJson(file: string, root: unknown): JsonReader {
  const diagnostics: Diagnostic[] = [];
  const wrong = (place: string, value: unknown, expected: string) => {
    diagnostics.push(
      diagnose(dataCodes, "data/wrong-value", { place, found: describeJson(value), expected }),
    );
    return undefined;
  };
  const entry = (path: string, object: Record<string, unknown>): JsonEntry => {
    const { id } = object;
    const suffix = typeof id === "number" || typeof id === "string" ? ` (id ${id})` : "";
    const at = (key: string): JsonPlace => ({
      value: Object.hasOwn(object, key) ? object[key] : undefined,
      place: `\`${file}\`: \`${path}.${key}\`${suffix}`,
    });
    const take = <T>(key: string, fits: (value: unknown) => value is T, expected: string): T | undefined => {
      const { value, place } = at(key);
      return fits(value) ? value : wrong(place, value, expected);
    };
    return {
      place: `\`${file}\`: \`${path}\`${suffix}`,
      has: (key) => Object.hasOwn(object, key) && object[key] !== null,
      at,
      integer: (key) => take(key, (value): value is number => Number.isSafeInteger(value), "an integer"),
      atLeastZero: (key) =>
        take(
          key,
          (value): value is number => Number.isFinite(value) && (value as number) >= 0,
          "a number of at least 0",
        ),
      flag: (key) => {
        const fits = (value: unknown): value is 0 | 1 | boolean =>
          value === 0 || value === 1 || typeof value === "boolean";
        const value = take(key, fits, "0 or 1");
        return value === undefined ? undefined : Boolean(value);
      },
      text: (key) =>
        take(key, (value): value is string => typeof value === "string" && value !== "", "a text"),
    };
  };
  const lists = new Map<string, readonly JsonEntry[]>();
  const readList = (key: string): readonly JsonEntry[] => {
    const value = isObject(root) ? root[key] : undefined;
    if (!Array.isArray(value)) {
      wrong(`\`${file}\`: \`${key}\``, value, "a list");
      return [];
    }
    return value.flatMap((item: unknown, index) => {
      if (isObject(item)) return [entry(`${key}[${index}]`, item)];
      wrong(`\`${file}\`: \`${key}[${index}]\``, item, "an object");
      return [];
    });
  };
  return {
    diagnostics,
    list(key) {
      const entries = lists.get(key) ?? readList(key);
      lists.set(key, entries);
      return entries;
    },
  };
}
