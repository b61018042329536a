/** What the program leaves out each time it starts: the library's own look at our words and rules. */
import { expect, test } from "vitest";
import { RcnnParser } from "../../grammar/parser.ts";
import { createLexer } from "../../grammar/tokens.ts";

test("the words are sound: none shadows another, and each can be told by its first character", () => {
  expect(() => createLexer(true)).not.toThrow();
});

test("the rules are sound: none is ambiguous, empty or left-recursive", () => {
  expect(() => new RcnnParser(true)).not.toThrow();
});
