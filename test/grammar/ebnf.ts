/** `grammar/rcnn.ebnf` from the productions of the parser and the words of the lexer. */
import type { ISerializedGast, TokenType } from "chevrotain";
import { parser } from "../../grammar/parser.ts";
import { tokens } from "../../grammar/tokens.ts";

/** What `ISerializedGast` leaves to its kinds. */
interface Production extends ISerializedGast {
  readonly name?: string;
  readonly definition?: Production[];
  readonly separator?: Production;
}

const lineWidth = 100;

/** In W3C notation; rules in the order in which they are first needed. */
export function ebnf(): string {
  const rules = new Map(
    (parser.getSerializedGastProductions() as Production[]).map((rule) => [rule.name!, rule]),
  );
  const used = new Set<string>();
  const productions = inOrder(rules).map((rule) => {
    for (const name of terminalsIn(rule)) used.add(name);
    return production(rule);
  });
  return `${[
    "/* The grammar of the .rcnn notation, written by `npm run docs` from grammar/parser.ts and grammar/tokens.ts.",
    "   Spaces and line ends part words and mean nothing else; a comment goes from // to the end of its line. */",
    "",
    ...productions,
    "",
    "/* Words. Where two match the same place, the earlier one is meant. */",
    "",
    ...wordRules(used),
  ].join("\n")}\n`;
}

function inOrder(rules: ReadonlyMap<string, Production>): readonly Production[] {
  const found = new Map<string, Production>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.set(name, rules.get(name)!);
    for (const next of namesIn(rules.get(name)!, "NonTerminal")) visit(next);
  };
  visit("document");
  for (const name of rules.keys()) visit(name);
  return [...found.values()];
}

const namesIn = (node: Production, type: string): readonly string[] => [
  ...(node.type === type ? [node.name!] : []),
  ...[...(node.definition ?? []), ...(node.separator ? [node.separator] : [])].flatMap((part) =>
    namesIn(part, type),
  ),
];

const terminalsIn = (node: Production): readonly string[] => namesIn(node, "Terminal");

function production({ name, definition = [] }: Production): string {
  const flat = `${name} ::= ${sequence(definition)}`;
  const [only] = definition;
  if (flat.length <= lineWidth || definition.length > 1 || only?.type !== "Alternation") return wrapped(flat);
  return `${name} ::=\n    ${(only.definition ?? []).map(text).join("\n  | ")}`;
}

/** Lines of at most `lineWidth`, broken between the parts of a sequence. */
function wrapped(line: string): string {
  const lines: string[] = [""];
  for (const word of line.split(/ (?![^"]*" )/)) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + word.length >= lineWidth) lines.push(`    ${word}`);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\n");
}

const sequence = (parts: readonly Production[]): string =>
  parts
    .map((part) => (part.type === "Alternation" && parts.length > 1 ? `(${text(part)})` : text(part)))
    .join(" ");

/** One item that a `*` or `?` may follow. */
function item(parts: readonly Production[]): string {
  const inner = sequence(parts);
  const [only] = parts;
  const isOne = parts.length === 1 && (only!.type === "Terminal" || only!.type === "NonTerminal");
  return isOne ? inner : `(${inner})`;
}

function text({ type, name, definition = [], separator }: Production): string {
  switch (type) {
    case "Terminal":
      return wordText(name!);
    case "NonTerminal":
      return name!;
    case "Option":
      return `${item(definition)}?`;
    case "Repetition":
      return `${item(definition)}*`;
    case "RepetitionMandatory":
      return `${item(definition)}+`;
    case "RepetitionWithSeparator":
      return `(${text({ ...repeated, definition, separator: separator! })})?`;
    case "RepetitionMandatoryWithSeparator":
      return `${item(definition)} (${text(separator!)} ${item(definition)})*`;
    case "Alternation":
      return definition.map(text).join(" | ");
    default:
      return sequence(definition);
  }
}

const repeated: Production = { type: "RepetitionMandatoryWithSeparator" };

const byName = new Map(tokens.map((token) => [token.name, token]));

/** A keyword or a mark stands as itself, what has a pattern goes by its name. */
function wordText(name: string): string {
  const token = byName.get(name)!;
  return typeof token.PATTERN === "string" || isKeyword(token) ? `"${patternOf(token)}"` : name;
}

const patternOf = ({ PATTERN }: TokenType): string =>
  PATTERN instanceof RegExp ? PATTERN.source : String(PATTERN);

const isKeyword = (token: TokenType): boolean =>
  token.PATTERN instanceof RegExp && /^[a-z]+$/.test(token.PATTERN.source);

/** Of marks that count only where they touch what stands before them. */
const touching: Readonly<Record<string, string>> = {
  CallOpen: '"("  /* touching the name before it */',
  IndexOpen: '"["  /* touching the name or the bracket before it */',
  ListUnit: "/[A-Za-z_]\\w*/  /* touching the bracket before it */",
};

function wordRules(used: ReadonlySet<string>): readonly string[] {
  const needed = new Set(used);
  for (const token of tokens)
    if (token.CATEGORIES?.some(({ name }) => used.has(name))) needed.add(token.name);
  return tokens.flatMap((token) => {
    const { name } = token;
    if (!needed.has(name) || typeof token.PATTERN === "string" || isKeyword(token)) return [];
    if (touching[name]) return [`${name} ::= ${touching[name]}`];
    const members = tokens.filter(({ CATEGORIES }) => CATEGORIES?.some((category) => category.name === name));
    if (members.length === 0) return [`${name} ::= /${patternOf(token)}/`];
    const own = isAbstract(token) ? [] : [`/${patternOf(token)}/`];
    return [
      wrapped(`${name} ::= ${[...own, ...members.map((member) => wordText(member.name))].join(" | ")}`),
    ];
  });
}

const isAbstract = ({ PATTERN }: TokenType): boolean =>
  !(PATTERN instanceof RegExp) || patternOf({ PATTERN } as TokenType) === "NOT_APPLICABLE";
