/** `grammar/rcnn.tmLanguage.json` from the words of the lexer. */
import type { TokenType } from "chevrotain";
import {
  keywords,
  Literal,
  NumberWord,
  Operator,
  Percentage,
  Prefix,
  Quantity,
  Ratio,
  Size,
  tokens,
} from "../../grammar/tokens.ts";

interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Pattern[];
}

const isA = (token: TokenType, category: TokenType): boolean => token.CATEGORIES?.includes(category) ?? false;
const sourceOf = ({ PATTERN }: TokenType): string => (PATTERN instanceof RegExp ? PATTERN.source : "");
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const wordsOf = (some: readonly TokenType[]): string => `\\b(?:${some.map(sourceOf).join("|")})\\b`;

const constants = keywords.filter((word) => isA(word, Literal));
const operators = keywords.filter((word) => isA(word, Operator) || isA(word, Prefix));
const others = keywords.filter((word) => ![...constants, ...operators].includes(word));
/** Longest first, so that none is read as the beginning of another. */
const marks = tokens
  .flatMap(({ PATTERN }) => (typeof PATTERN === "string" ? [PATTERN] : []))
  .filter((mark) => !/^[{}()[\],:.]$/.test(mark))
  .toSorted((a, b) => b.length - a.length);

const number = (name: string, token: TokenType): Pattern => ({
  name: `constant.numeric.${name}.rcnn`,
  match: `(?<![\\w])${sourceOf(token)}`,
});

/** A number, then its unit. */
const quantity: Pattern = {
  match: `(?<!\\w)${sourceOf(Quantity).replace("[A-Za-z_]", ")([A-Za-z_]").replace(/^/, "(")})`,
  captures: { 1: { name: "constant.numeric.quantity.rcnn" }, 2: { name: "keyword.other.unit.rcnn" } },
};

const name = "[A-Za-z_]\\w*";

const patterns: readonly Pattern[] = [
  { name: "comment.line.documentation.rcnn", match: "///.*$" },
  { name: "comment.line.double-slash.rcnn", match: "//.*$" },
  {
    name: "string.quoted.double.rcnn",
    begin: '"',
    end: '"|$',
    patterns: [{ name: "constant.character.escape.rcnn", match: "\\\\." }],
  },
  {
    match: `\\b(network|block)\\s+(${name})`,
    captures: { 1: { name: "keyword.other.rcnn" }, 2: { name: "entity.name.function.rcnn" } },
  },
  {
    match: `\\b(model)\\s+(${name})`,
    captures: { 1: { name: "storage.type.rcnn" }, 2: { name: "entity.name.type.rcnn" } },
  },
  number("percentage", Percentage),
  number("size", Size),
  number("ratio", Ratio),
  number("plain", NumberWord),
  quantity,
  { name: "keyword.other.unit.rcnn", match: `(?<=\\])${name}` },
  { name: "constant.language.rcnn", match: wordsOf(constants) },
  { name: "keyword.operator.word.rcnn", match: wordsOf(operators) },
  { name: "keyword.other.rcnn", match: wordsOf(others) },
  { name: "entity.name.function.call.rcnn", match: `${name}(?=\\()` },
  { name: "variable.other.property.rcnn", match: `${name}(?=\\s*=(?!=))` },
  { name: "entity.name.section.rcnn", match: `${name}(?=\\s*\\{|\\s+on\\b)` },
  { name: "variable.other.rcnn", match: name },
  { name: "keyword.operator.rcnn", match: marks.map(escaped).join("|") },
  { name: "punctuation.rcnn", match: "[{}()\\[\\],:.]" },
];

export const textMate = {
  $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
  name: "rcnn",
  scopeName: "source.rcnn",
  fileTypes: ["rcnn"],
  patterns,
} as const;
