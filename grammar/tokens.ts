/** The words of the `.rcnn` notation: every token, and the lexer over them. */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";

// Abstract: what stands for itself in an expression, between two operands, and before one.
export const Literal = createToken({ name: "Literal", pattern: Lexer.NA, label: "a value" });
export const Operator = createToken({ name: "Operator", pattern: Lexer.NA, label: "an operator" });
export const Prefix = createToken({ name: "Prefix", pattern: Lexer.NA, label: "a sign" });

const Space = createToken({ name: "Space", pattern: /[ \t\r\n\uFEFF]+/, group: Lexer.SKIPPED });
export const Documentation = createToken({
  name: "Documentation",
  pattern: /\/\/\/[^\n\r]*/,
  group: "documentation",
});
const Comment = createToken({ name: "Comment", pattern: /\/\/[^\n\r]*/, group: "comments" });

export const Identifier = createToken({ name: "Identifier", pattern: /[A-Za-z_]\w*/, label: "a name" });

const keyword = (word: string, categories: TokenType[] = []): TokenType =>
  createToken({
    name: word[0]!.toUpperCase() + word.slice(1),
    pattern: new RegExp(word),
    longer_alt: Identifier,
    label: `\`${word}\``,
    categories,
  });

export const Use = keyword("use");
export const Network = keyword("network");
export const BlockWord = keyword("block");
export const If = keyword("if");
export const Else = keyword("else");
export const Repeat = keyword("repeat");
export const Return = keyword("return");
export const As = keyword("as");
export const On = keyword("on");
export const Extends = keyword("extends");
export const Replace = keyword("replace");
export const Append = keyword("append");
export const Insert = keyword("insert");
export const Remove = keyword("remove");
export const Or = keyword("or", [Operator]);
export const And = keyword("and", [Operator]);
export const Per = keyword("per", [Operator]);
export const Not = keyword("not", [Prefix]);
export const True = keyword("true", [Literal]);
export const False = keyword("false", [Literal]);
export const None = keyword("none", [Literal]);

// biome-ignore format: a list of words
export const keywords: readonly TokenType[] = [
  Use, Network, BlockWord, If, Else, Repeat, Return, As, On, Extends, Replace, Append, Insert, Remove,
  Or, And, Per, Not, True, False, None,
];

// Words of an insertion that are names everywhere else.
export const Before = keyword("before", [Identifier]);
export const After = keyword("after", [Identifier]);

const mark = (name: string, text: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: text, label: `\`${text}\``, categories });

export const Arrow = mark("Arrow", "->");
const Equal = mark("Equal", "==", [Operator]);
const Unequal = mark("Unequal", "!=", [Operator]);
const AtMost = mark("AtMost", "<=", [Operator]);
const AtLeast = mark("AtLeast", ">=", [Operator]);
const Below = mark("Below", "<", [Operator]);
const Above = mark("Above", ">", [Operator]);
const DotDot = mark("DotDot", "..", [Operator]);
export const Dot = mark("Dot", ".");
export const Equals = mark("Equals", "=");
export const Bar = mark("Bar", "|");
const Plus = mark("Plus", "+", [Operator]);
export const Minus = mark("Minus", "-", [Operator, Prefix]);
const Times = mark("Times", "*", [Operator]);
const Divided = mark("Divided", "/", [Operator]);
export const Comma = mark("Comma", ",");
export const Colon = mark("Colon", ":");
export const LeftBrace = mark("LeftBrace", "{");
export const RightBrace = mark("RightBrace", "}");
export const LeftParenthesis = mark("LeftParenthesis", "(");
export const RightParenthesis = mark("RightParenthesis", ")");
export const LeftBracket = mark("LeftBracket", "[");
export const RightBracket = mark("RightBracket", "]");

/** A pattern that matches only where it touches a token of one of the types `after`. */
function touching(pattern: RegExp, after: () => readonly TokenType[]) {
  return (text: string, offset: number, matched: IToken[]): [string] | null => {
    const previous = matched[matched.length - 1];
    if (previous === undefined || previous.endOffset !== offset - 1) return null;
    if (!after().includes(previous.tokenType)) return null;
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    return found && [found[0]];
  };
}

export const CallOpen = createToken({
  name: "CallOpen",
  pattern: touching(/\(/y, () => [Identifier, Before, After]),
  start_chars_hint: ["("],
  line_breaks: false,
  label: "`(`",
  categories: [LeftParenthesis],
});
export const IndexOpen = createToken({
  name: "IndexOpen",
  pattern: touching(/\[/y, () => [Identifier, Before, After, RightBracket, RightParenthesis, RightBrace]),
  start_chars_hint: ["["],
  line_breaks: false,
  label: "`[`",
});
export const ListUnit = createToken({
  name: "ListUnit",
  pattern: touching(/[A-Za-z_]\w*/y, () => [RightBracket]),
  start_chars_hint: [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"],
  line_breaks: false,
  label: "a unit",
});

const literal = (name: string, pattern: RegExp, label: string): TokenType =>
  createToken({ name, pattern, label, categories: [Literal] });

export const Percentage = literal("Percentage", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%/, "a percentage");
export const Size = literal("Size", /\d+x\d+(?!\w)/, "a size");
export const Ratio = literal("Ratio", /\d+(?:\.\d+)?:\d+(?:\.\d+)?/, "a ratio");
// The look-ahead keeps a number from ending inside `1.44e6images`, which is a quantity.
export const NumberWord = literal("Number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w%]|\.\d)/, "a number");
export const Quantity = literal("Quantity", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[A-Za-z_]\w*/, "a quantity");
export const Text = literal("Text", /"(?:[^"\\\n\r]|\\[^\n\r])*"/, "a text in quotes");
/** A text that its line ends; taken as a text by the parser and reported by `parse`. */
export const UnterminatedText = createToken({
  name: "UnterminatedText",
  pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*\\?/,
  categories: [Text, Literal],
});

/** In order of preference where two match the same place. */
// biome-ignore format: a list of words
export const tokens: readonly TokenType[] = [
  Space, Documentation, Comment,
  ListUnit, ...keywords, Before, After, Identifier,
  Percentage, Size, Ratio, NumberWord, Quantity, Text, UnterminatedText,
  Arrow, Equal, Unequal, AtMost, AtLeast, Below, Above, DotDot, Dot, Equals, Bar, Plus, Minus, Times, Divided,
  Comma, Colon, LeftBrace, RightBrace, CallOpen, LeftParenthesis, RightParenthesis, IndexOpen, LeftBracket,
  RightBracket, Literal, Operator, Prefix,
];

/** Examining the words takes longer than reading a text, so the tests do that. */
export const createLexer = (isExamined: boolean): Lexer =>
  new Lexer([...tokens], {
    positionTracking: "full",
    ensureOptimizations: true,
    skipValidations: !isExamined,
  });

export const lexer = createLexer(false);
