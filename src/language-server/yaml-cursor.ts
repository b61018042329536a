/** A YAML text up to the cursor, said in the other notation: what may follow is then known from there. */
import { type Vocabulary, vocabulary } from "../syntax/vocabulary.ts";
import { fixedKeys } from "./yaml-keys.ts";

export interface YamlCursor {
  /** `.rcnn` texts up to the same place; two where an open brace could begin either of two things. */
  readonly texts: readonly string[];
  /** Whether keys of YAML are written here; behind a quote or inside a call they are not. */
  readonly inYaml: boolean;
  /** Keys that could stand here and have no other form. */
  readonly keys?: readonly string[];
  /** The network or block around. */
  readonly module?: string;
}

/** A key with what stands under it, as far as the lines before say. */
interface Level {
  readonly indent: number;
  readonly key: string;
  /** Keys beside each other below it, with their values. */
  readonly below: Map<string, string>;
}

/** Words that may be called: components and modules. */
export type IsCallable = (name: string) => boolean;

/** `text` up to the cursor. */
export function yamlCursor(text: string, isCallable: IsCallable): YamlCursor {
  const lines = text.split("\n").map((line) => line.replace(/(^|\s)#.*$/, ""));
  const levels: Level[] = [{ indent: -1, key: "", below: new Map() }];
  let flow = "";
  for (const line of lines.slice(0, -1)) {
    if (flow !== "" || line.trim() === "") {
      flow = flow === "" ? "" : stillOpen(`${flow} ${line.trim()}`);
      continue;
    }
    flow = stillOpen(enter(line, levels));
  }
  const last = lines.at(-1)!;
  const path = levels.slice(1).map(({ key }) => key);
  if (flow !== "") return unfolded(path, `${flow} ${last.trimStart()}`, levels, isCallable);
  const { indent, rest } = itemOf(last);
  const keyed = keyOf(rest);
  while (levels.length > 1 && levels.at(-1)!.indent >= indent) levels.pop();
  const around = levels.slice(1).map(({ key }) => key);
  if (keyed) return unfolded([...around, keyed.key], keyed.value, levels, isCallable);
  const isItem = /^\s*- /.test(last);
  return isItem ? valueAt(around, rest, levels, isCallable) : keyAt(around, rest, levels, isCallable);
}

/** A flow map that is a block is read key by key, as lines are. */
function unfolded(
  path: readonly string[],
  value: string,
  levels: Level[],
  isCallable: IsCallable,
): YamlCursor {
  const { rest, around } = openBlocks(path, levels);
  const isMap =
    rest.length === 0 ||
    fixedKeys(path) !== undefined ||
    (rest.length === 1 && around.labelled?.includes(rest[0]!));
  if (!isMap || !value.startsWith("{")) return valueAt(path, value, levels, isCallable);
  const below = new Map<string, string>();
  levels.splice(path.length, Number.POSITIVE_INFINITY, { indent: 0, key: path.at(-1)!, below });
  const entries = entriesIn(value.slice(1));
  for (const entry of entries.slice(0, -1)) {
    const whole = keyOf(entry);
    if (whole) below.set(whole.key, whole.value);
  }
  const last = entries.at(-1)!;
  const keyed = keyOf(last);
  return keyed
    ? unfolded([...path, keyed.key], keyed.value, levels, isCallable)
    : keyAt(path, last, levels, isCallable);
}

/** The text between commas, of brackets the outermost. */
function entriesIn(text: string): readonly string[] {
  let depth = 0;
  const entries = [""];
  for (const character of text) {
    if ("{[(".includes(character)) depth++;
    else if ("}])".includes(character)) depth--;
    if (character === "," && depth === 0) entries.push("");
    else entries[entries.length - 1] += character;
  }
  return entries.map((entry) => entry.trimStart());
}

/** Notes the key of a whole line; gives its value. */
function enter(line: string, levels: Level[]): string {
  const { indent, rest } = itemOf(line);
  while (levels.length > 1 && levels.at(-1)!.indent >= indent) levels.pop();
  const keyed = keyOf(rest);
  if (!keyed) return "";
  levels.at(-1)!.below.set(keyed.key, keyed.value);
  levels.push({ indent, key: keyed.key, below: new Map() });
  return keyed.value;
}

/** The markers of list items count as indentation. */
function itemOf(line: string): { readonly indent: number; readonly rest: string } {
  const [lead] = /^\s*(?:- +)*/.exec(line)!;
  return { indent: lead.length, rest: line.slice(lead.length) };
}

function keyOf(rest: string): { readonly key: string; readonly value: string } | undefined {
  const found = /^("[^"]*"|[^\s{}[\]:,"][^{}[\]:]*?)\s*:(?:\s+(.*))?$/s.exec(rest);
  return found ? { key: found[1]!.replaceAll('"', ""), value: (found[2] ?? "").trimStart() } : undefined;
}

/** `text` while a bracket is open in it; empty once all are closed. */
function stillOpen(text: string): string {
  let depth = 0;
  for (const character of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")) {
    if ("{[(".includes(character)) depth++;
    else if ("}])".includes(character)) depth--;
  }
  return depth > 0 ? text : "";
}

/** Blocks along a path, written as blocks, and the keys that are left over. */
interface Opened {
  readonly text: string;
  readonly rest: readonly string[];
  readonly around: Vocabulary;
}

function openBlocks(path: readonly string[], levels: readonly Level[]): Opened {
  let around: Vocabulary = vocabulary;
  let text = "";
  let at = 0;
  const put = (head: string, depth: number): void => {
    const siblings = [...(levels[depth + 1]?.below.keys() ?? [])];
    const keys = siblings.filter((key) => !isPlace(key) && !isBlock(around, key));
    text += `${head} { ${keys.map((key) => `${key} = 0 `).join("")}`;
  };
  while (at < path.length && isBlock(around, path[at]!)) {
    const keyword = path[at]!;
    const inner = around.blocks![keyword]!;
    const isLabelled = around.labelled?.includes(keyword) ?? false;
    if (isLabelled && at + 1 >= path.length) break;
    const depth = at + (isLabelled ? 1 : 0);
    const type = levels[depth + 1]?.below.get("type");
    const label = isLabelled ? ` ${path[at + 1]}${type ? `: ${type}` : ""}` : "";
    around = inner;
    put(`${keyword}${label}`, depth);
    at = depth + 1;
  }
  return { text, rest: path.slice(at), around };
}

const isBlock = ({ blocks }: Vocabulary, key: string): boolean =>
  blocks !== undefined && Object.hasOwn(blocks, key);

/** Keys that in the other notation stand in the head of a block. */
const isPlace = (key: string): boolean => ["on", "extends", "type", "documentation"].includes(key);

function keyAt(
  path: readonly string[],
  prefix: string,
  levels: readonly Level[],
  isCallable: IsCallable,
): YamlCursor {
  const { text, rest, around } = openBlocks(path, levels);
  const keys = fixedKeys(path);
  if (keys) return { texts: [], inYaml: true, keys };
  if (rest.length === 0) return { texts: [`${text}${prefix}`], inYaml: true };
  // Names of heads and cases are the writer's own.
  if (rest.length === 1 && around.labelled?.includes(rest[0]!)) return { texts: [], inYaml: true };
  // Below a key with a plain value stands a map: a call, or a record.
  return valueAt(path, `{ ${prefix}`, levels, isCallable);
}

function valueAt(
  path: readonly string[],
  value: string,
  levels: readonly Level[],
  isCallable: IsCallable,
): YamlCursor {
  const { text, rest } = openBlocks(path, levels);
  const inModule = moduleValue(path, value, isCallable);
  if (inModule) return inModule;
  const [key, ...calls] = rest;
  const inYaml = !/["'(][^"']*$/.test(value);
  if (key === undefined) return { texts: [`${text}${expressionOf(value, isCallable, false)}`], inYaml };
  if (path.length === 1 && key === "use")
    return { texts: [`use "${value.replace(/^.*[[,"\s]/s, "")}`], inYaml };
  const last = calls.at(-1) ?? key;
  if (isPlace(last)) {
    const head = text.replace(/ \{[^{]*$/, "");
    const before = { on: `${head} on `, extends: `${head} extends `, type: `${head}: ` }[last];
    return { texts: before === undefined ? [] : [`${before}${value}`], inYaml };
  }
  // Keys below a plain value: calls and their arguments.
  const opened = calls.reduce((whole, name) => `${whole}{ ${name}: `, "");
  const variants = [false, true].map(
    (record) => `${text}${key} = ${expressionOf(`${opened}${value}`, isCallable, record)}`,
  );
  return { texts: [...new Set(variants)], inYaml };
}

/** In a network or a block: the type or default of a parameter, or what is built. */
function moduleValue(path: readonly string[], value: string, isCallable: IsCallable): YamlCursor | undefined {
  const [form, module, part, name = ""] = path;
  if ((form !== "network" && form !== "block") || module === undefined) return undefined;
  const inYaml = !/["'(][^"']*$/.test(value);
  if (part === "parameters") {
    const isDefault = path.at(-1) === "default";
    return { texts: [`block ${module}(${name}: ${isDefault ? "layer = " : ""}${value}`], inYaml, module };
  }
  if (part !== "body") return undefined;
  // Below a name of the writer's own stands what it is bound to.
  const calls = path.slice(isCallable(name) || name === "repeat" || name === "if" ? 3 : 4);
  const opened = calls.reduce((whole, call) => `${whole}{ ${call}: `, "");
  const variants = [false, true].map(
    (record) => `block ${module}() { return ${expressionOf(`${opened}${value}`, isCallable, record)}`,
  );
  return { texts: [...new Set(variants)], inYaml, module };
}

/** A flow value in the other notation; of a brace whose key is not there yet, `record` says what it begins. */
function expressionOf(value: string, isCallable: IsCallable, record: boolean): string {
  const tokens =
    value.match(/"(?:[^"\\]|\\.)*"?|[^\s{}[\],:"]+(?:\([^)]*\)?)?\s*:(?=\s|$)|[{}[\],]|[^\s{}[\],"]+/g) ?? [];
  const stack: ("call" | "arguments" | "record" | "list")[] = [];
  let [text, opensArguments] = ["", false];
  for (const [index, token] of tokens.entries()) {
    if (token === "{") {
      const next = tokens[index + 1];
      const name = next?.endsWith(":") ? next.slice(0, -1).trim() : undefined;
      const isOpen = name === undefined;
      if (opensArguments) stack.push("arguments");
      else if (isOpen ? !record : isCallable(name)) stack.push("call");
      else {
        stack.push("record");
        text += "{ ";
      }
      opensArguments = false;
    } else if (token === "}") {
      const closed = stack.pop();
      text += closed === "call" ? ")" : closed === "record" ? " }" : "";
    } else if (token === "[" || token === "]") {
      if (token === "[") stack.push("list");
      else stack.pop();
      text += token;
    } else if (token.endsWith(":") && stack.at(-1) === "call") {
      text += `${token.slice(0, -1).trim()}(`;
      opensArguments = true;
    } else {
      text += token === "," ? ", " : token.endsWith(":") ? `${token.slice(0, -1).trim()} = ` : token;
      opensArguments = false;
    }
  }
  return text;
}
