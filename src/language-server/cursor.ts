/** What may be written at a place of a text, from the words before it alone: they need not make sense as a whole yet. */
import { type Word, wordsOf } from "../syntax/word.ts";
import type { BlockHead } from "./sections.ts";
import {
  type CallSite,
  callSite,
  changedPath,
  fieldsIn,
  headOf,
  keyInRecord,
  leads,
  memberOf,
  settingPath,
} from "./statement-words.ts";

export type Expected =
  /** A new declaration, key or binding. */
  | "declaration"
  | "key"
  | "binding"
  /** The file of a `use`, the type of a head, what follows `on` or `extends`, the type of a parameter. */
  | "file"
  | "head-type"
  | "levels"
  | "base"
  | "parameter-type"
  /** A value: of a setting, of an argument, in the body of a network. */
  | "value"
  /** A layer to insert, and the path of what a change is about. */
  | "layer"
  | "path"
  /** What follows a dot, or the number of a quantity. */
  | "member"
  | "unit"
  /** `extends` behind the name of a model, `on` behind the keyword of a block. */
  | "clause"
  | "nothing";

export interface Cursor {
  readonly expected: Expected;
  /** What is written of the word already. */
  readonly prefix: string;
  /** Blocks around, outermost first. */
  readonly blocks: readonly BlockHead[];
  /** Keys that the innermost block has before the cursor. */
  readonly keys: readonly string[];
  /** The path of the setting whose value holds the cursor. */
  readonly setting?: readonly string[] | undefined;
  /** What is written already of a path that a change or `vary` is about: `["backbone", "stem"]`. */
  readonly path: readonly string[];
  /** The key of the record, inside that value, at whose value the cursor is; or a key is expected. */
  readonly record?:
    | {
        readonly key?: string | undefined;
        /** Fields that are there. */
        readonly given: readonly string[];
      }
    | undefined;
  readonly call?: CallSite | undefined;
  /** The name, or what is called, before a dot. */
  readonly member?: string | undefined;
  /** Names of the module around: parameters, inputs, bindings before the cursor. */
  readonly locals: readonly string[];
  readonly inBody: boolean;
}

type Opened = "document" | "block" | "body" | "record" | "names" | "parameters" | "call" | "other";

interface Frame {
  readonly opened: Opened;
  readonly head?: BlockHead;
  readonly callee?: string;
  /** Words of the statement that is being written; what stood in brackets is one word. */
  words: Word[];
  readonly keys: string[];
  readonly locals: string[];
}

const frame = (
  opened: Opened,
  locals: readonly string[],
  more: Pick<Frame, "head" | "callee"> = {},
): Frame => ({
  opened,
  words: [],
  keys: [],
  locals: [...locals],
  ...more,
});

/** `text` up to the cursor. */
export function cursorOf(text: string): Cursor {
  const words = wordsOf(text);
  const last = words.at(-1);
  const isOpen = last !== undefined && last.end === text.length;
  if (/\/\/[^\n]*$/.test(text) && !(last?.text.includes("//") && isOpen)) return nothing("", []);
  const isText = isOpen && /^"(?:[^"\\]|\\.)*$/.test(last.text);
  const isPart = isOpen && (isText || /^\w*[A-Za-z_]\w*$/.test(last.text));
  const frames = framesOf(isPart ? words.slice(0, -1) : words);
  const prefix = isPart ? last.text : "";
  if (isText) {
    const isUse = frames.at(-1)!.words.at(-1)?.text === "use";
    return { ...nothing(prefix.slice(1), frames), expected: isUse ? "file" : "nothing" };
  }
  const quantity = /^\d[\d.]*(?:[eE][+-]?\d+)?([A-Za-z_]\w*)$/.exec(prefix);
  if (quantity) return { ...nothing(quantity[1]!, frames), expected: "unit" };
  if (!isPart && isOpen && /^\d/.test(last.text)) return { ...nothing("", frames), expected: "unit" };
  const known = nothing(prefix, frames);
  // A list of numbers has its unit right behind it.
  const isBehindList = text.charAt(text.length - prefix.length - 1) === "]" && !known.inBody;
  return { ...known, expected: isBehindList && known.setting ? "unit" : expectedIn(frames) };
}

function nothing(prefix: string, frames: readonly Frame[]): Cursor {
  const blocks = frames.flatMap(({ head }) => head ?? []);
  const owner = frames.findLast(({ opened }) => ["document", "block", "body"].includes(opened));
  const top = frames.at(-1);
  // A record may be the argument of a call.
  const around = top?.opened === "record" ? frames.at(-2) : top;
  const call = around?.opened === "call" ? callSite(around.callee!, around.words) : undefined;
  return {
    expected: "nothing",
    prefix,
    blocks,
    keys: owner?.keys ?? [],
    setting: owner && settingPath(owner.words),
    path: owner ? changedPath(owner.words) : [],
    record:
      top?.opened === "record" ? { key: keyInRecord(top.words), given: fieldsIn(top.words) } : undefined,
    call,
    member: memberOf(top?.words ?? []),
    locals: top?.locals ?? [],
    inBody: frames.some(({ opened }) => opened === "body"),
  };
}

function framesOf(words: readonly Word[]): readonly Frame[] {
  const frames: Frame[] = [frame("document", [])];
  for (const word of words) {
    const top = frames.at(-1)!;
    if (["{", "(", "["].includes(word.text)) frames.push(opening(word, top));
    else if (["}", ")", "]"].includes(word.text)) close(frames);
    else add(word, top);
  }
  return frames;
}

function opening({ text }: Word, top: Frame): Frame {
  const { words, locals } = top;
  const before = words.at(-1);
  const first = words[0]?.text;
  const isModule = top.opened === "document" && (first === "network" || first === "block");
  if (text === "(" && isModule) return frame("parameters", locals);
  if (text === "(" && before?.kind === "name") return frame("call", locals, { callee: before.text });
  if (text !== "{") return frame("other", locals);
  if (isModule) {
    if (before?.text === "on" || before?.text === "->") return frame("names", locals);
    return frame("body", words.some(({ text: word }) => word === "on") ? locals : [...locals, "input"]);
  }
  if (isInExpression(top)) {
    const control = words.findLastIndex(({ text: word }) => ["if", "else", "repeat"].includes(word));
    const body = control > words.findLastIndex(({ text: word }) => word === "}");
    return body ? frame("body", [...locals, "input"]) : frame("record", locals);
  }
  return frame("block", locals, { head: headOf(words) });
}

const isInExpression = ({ opened, words }: Frame): boolean =>
  !["document", "block", "body"].includes(opened) ||
  words.some(({ text }) => text === "=" || text === "return");

/** What was inside becomes one word of what is around, or ends its statement. */
function close(frames: Frame[]): void {
  if (frames.length === 1) return;
  const closed = frames.pop()!;
  const top = frames.at(-1)!;
  if (closed.opened === "parameters" || closed.opened === "names") top.locals.push(...closed.locals);
  const endsStatement = closed.opened === "block" || (closed.opened === "body" && top.opened === "document");
  if (endsStatement) {
    if (closed.head && closed.head.label === undefined) top.keys.push(closed.head.keyword);
    top.words = [];
    if (top.opened === "document") top.locals.length = 0;
  } else top.words.push({ kind: "literal", text: "}", start: 0, end: 0 });
}

const starters = new Set(["use", "network", "block", "replace", "append", "insert", "remove", "return"]);

function add(word: Word, top: Frame): void {
  const { opened, words, keys, locals } = top;
  if (opened === "names" && word.kind === "name") locals.push(word.text);
  if (opened === "parameters" && word.kind === "name" && (words.length === 0 || words.at(-1)!.text === ","))
    locals.push(word.text);
  const isStatement = ["document", "block", "body"].includes(opened);
  if (isStatement && beginsStatement(word, words)) {
    if (opened === "document" && words.length > 0) top.words = [];
    top.words = [word];
    return;
  }
  if (word.text === "=" && isStatement && words.length === 1)
    (opened === "body" ? locals : keys).push(words[0]!.text);
  words.push(word);
}

function beginsStatement(word: Word, words: readonly Word[]): boolean {
  if (words.length === 0 || (word.kind === "keyword" && starters.has(word.text))) return true;
  if (word.kind !== "name" || !isComplete(words) || words.length < 2) return false;
  if (words[0]!.text === "insert") return !["before", "after"].includes(word.text);
  return words.some(({ text }) => text === "=") || starters.has(words[0]!.text);
}

/** Whether the words could end here: the last is a value or a name. */
function isComplete(words: readonly Word[]): boolean {
  const last = words.at(-1);
  return last !== undefined && last.kind !== "mark" && last.kind !== "keyword";
}

function expectedIn(frames: readonly Frame[]): Expected {
  const { opened, words } = frames.at(-1)!;
  const before = words.at(-1)?.text;
  if (before === "." && (opened !== "block" || words.some(({ text }) => text === "="))) return "member";
  switch (opened) {
    case "call":
    case "other":
      return isComplete(words) ? "nothing" : "value";
    case "record":
      return isComplete(words) ? "nothing" : "value";
    case "names":
      return "nothing";
    case "parameters":
      return before === ":" || before === "|" ? "parameter-type" : before === "=" ? "value" : "nothing";
    default:
      return expectedInStatement(opened, words, before);
  }
}

function expectedInStatement(opened: Opened, words: readonly Word[], before: string | undefined): Expected {
  const start = opened === "document" ? "declaration" : opened === "block" ? "key" : "binding";
  if (words.length === 0) return start;
  if (before === "extends") return "base";
  if (isBeforeClause(opened, words)) return "clause";
  const hasValue = words.some(({ text }) => text === "=" || text === "return");
  if (hasValue) return isComplete(words) ? start : before === "as" ? "nothing" : "value";
  if (words.some(({ text }) => text === "on") && !isComplete(words))
    return words[0]!.text === "network" ? "nothing" : "levels";
  if (before === ":") return "head-type";
  if (words[0]!.text === "insert" && !["before", "after", "."].includes(before!))
    return isComplete(words) ? "nothing" : "layer";
  if (opened === "block" && (before === "." || words.at(-1)!.kind === "keyword" || leads.has(before!)))
    return "path";
  return endsHere(words) ? start : "nothing";
}

const isBeforeClause = (opened: Opened, words: readonly Word[]): boolean =>
  opened === "document"
    ? words.length === 2 && words[0]!.text === "model"
    : words.length === 1 && ["rpn", "regions"].includes(words[0]!.text);

/** Whether a statement without a value is whole. */
const endsHere = (words: readonly Word[]): boolean =>
  isComplete(words) && ["use", "remove", "insert"].includes(words[0]!.text);
