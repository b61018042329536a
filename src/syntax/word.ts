/** The words of a `.rcnn` text for editors, which look at texts that no parser can read yet. */
import { Identifier, keywords, ListUnit, Literal, lexer, Operator, Quantity } from "../../grammar/tokens.ts";

export interface Word {
  /** Marks, keywords and operators go by their text. */
  readonly kind: "name" | "keyword" | "literal" | "quantity" | "mark";
  readonly text: string;
  /** Offsets `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

/** Comments and what the language has no word for are left out. */
export const wordsOf = (text: string): readonly Word[] =>
  lexer.tokenize(text).tokens.map((token) => ({
    kind: kindOf(token.tokenType),
    text: token.image,
    start: token.startOffset,
    end: token.startOffset + token.image.length,
  }));

type TokenType = typeof Identifier;

function kindOf(type: TokenType): Word["kind"] {
  if (type === Quantity) return "quantity";
  if (type === Identifier || type.CATEGORIES?.includes(Identifier)) return "name";
  if (type === ListUnit || type.CATEGORIES?.includes(Literal)) return "literal";
  const isWord = keywords.includes(type) && !type.CATEGORIES?.includes(Operator);
  return isWord ? "keyword" : "mark";
}

/** Whether `text` is one name, and no word of the language. */
export function isName(text: string): boolean {
  const words = wordsOf(text);
  return words.length === 1 && words[0]!.kind === "name" && words[0]!.text === text;
}
