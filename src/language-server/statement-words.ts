/** What the words of a statement, as far as it is written, say of it: its head, its path, its key, its arguments. */
import type { Word } from "../syntax/word.ts";
import type { BlockHead } from "./sections.ts";

export interface CallSite {
  readonly callee: string;
  /** Names of the arguments that are there. */
  readonly given: readonly string[];
  /** How many stand before the cursor without a name. */
  readonly position: number;
  /** The name of the argument under the cursor, if it has one. */
  readonly argument?: string | undefined;
}

/** `head mask: segment`, `vary regions.pool`, `replace regions.sample`. */
export function headOf(words: readonly Word[]): BlockHead {
  const isEdit = words[0]?.kind === "keyword";
  const colon = words.findIndex(({ text }) => text === ":");
  const keyword = isEdit ? words.findLast(({ kind }) => kind === "name") : words[0];
  const end = words.findIndex(({ text }) => [":", "on", "extends"].includes(text));
  const label = words.slice(1, end < 0 ? undefined : end).map(({ text }) => text);
  return {
    keyword: keyword?.text ?? "",
    label: isEdit || label.length === 0 ? undefined : label.join("").replaceAll('"', ""),
    type: colon < 0 ? undefined : words[colon + 1]?.text,
  };
}

/** Words in front of a path that are names elsewhere. */
export const leads = new Set(["vary", "before", "after"]);

/** The names of the path that the words end in, the word under the cursor aside. */
export function changedPath(words: readonly Word[]): readonly string[] {
  const start = words.findLastIndex(({ kind, text }) => kind === "keyword" || leads.has(text));
  const path = words.slice(start + 1);
  return path.at(-1)?.text === "." ? path.flatMap(({ kind, text }) => (kind === "name" ? text : [])) : [];
}

/** `a.b` of `a.b = ...`. */
export function settingPath(words: readonly Word[]): readonly string[] | undefined {
  const equals = words.findIndex(({ text }) => text === "=");
  if (equals < 0) return undefined;
  return words.slice(0, equals).flatMap(({ kind, text }) => (kind === "name" ? text : []));
}

export function keyInRecord(words: readonly Word[]): string | undefined {
  const equals = words.findLastIndex(({ text }) => text === "=");
  return equals > 0 && words.slice(equals + 1).every(({ text }) => text !== ",")
    ? words[equals - 1]!.text
    : undefined;
}

/** Names before `=`, that of the value under the cursor among them. */
export const fieldsIn = (words: readonly Word[]): readonly string[] =>
  words.flatMap(({ text }, index) => (words[index + 1]?.text === "=" ? text : []));

export function callSite(callee: string, words: readonly Word[]): CallSite {
  const parts: Word[][] = [[]];
  for (const word of words) {
    if (word.text === ",") parts.push([]);
    else parts.at(-1)!.push(word);
  }
  const nameOf = (part: readonly Word[]) => (part[1]?.text === "=" ? part[0]!.text : undefined);
  const before = parts.slice(0, -1);
  return {
    callee,
    given: before.flatMap((part) => nameOf(part) ?? []),
    position: before.filter((part) => nameOf(part) === undefined).length,
    argument: nameOf(parts.at(-1)!),
  };
}

/** Of `name.` or `name(...).`, what stood in brackets being one word. */
export function memberOf(words: readonly Word[]): string | undefined {
  const [callee, target, dot] = [words.at(-3), words.at(-2), words.at(-1)];
  if (dot?.text !== ".") return undefined;
  return target?.text === "}" ? callee?.text : target?.text;
}
