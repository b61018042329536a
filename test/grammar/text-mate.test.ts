/** The colours of an editor: each word of each config gets the scope of what the lexer takes it for. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { TokenType } from "chevrotain";
import { beforeAll, expect, test } from "vitest";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import textmate from "vscode-textmate";
import * as t from "../../grammar/tokens.ts";

const root = join(import.meta.dirname, "..", "..");
const path = join(root, "grammar", "rcnn.tmLanguage.json");
const configs = readdirSync(join(root, "configs"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".rcnn"),
);

let grammar: textmate.IGrammar;
beforeAll(async () => {
  await loadWASM(readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), path),
  });
  grammar = (await registry.loadGrammar("source.rcnn"))!;
});

/** The innermost scope at every offset. */
function scopesOf(text: string): readonly string[] {
  let state = textmate.INITIAL;
  return text.split(/(?<=\n)/).flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line.replace(/\n$/, ""), state);
    state = ruleStack;
    return [...line].map(
      (_, column) => tokens.findLast(({ startIndex }) => startIndex <= column)?.scopes.at(-1) ?? "",
    );
  });
}

const isA = (token: TokenType, type: TokenType): boolean =>
  token === type || (token.CATEGORIES?.includes(type) ?? false);

function expectedScope(type: TokenType): RegExp {
  if (isA(type, t.Text)) return /^string\./;
  if (t.keywords.includes(type)) return isA(type, t.Literal) ? /^constant\.language/ : /^keyword\./;
  if (type === t.ListUnit) return /^keyword\.other\.unit/;
  if (isA(type, t.Literal)) return /^constant\.numeric/;
  if (isA(type, t.Identifier)) return /^(variable|entity|storage)\./;
  return /^(keyword\.operator|punctuation)/;
}

function wrongIn(text: string): readonly string[] {
  const scopes = scopesOf(text);
  const { tokens, groups } = t.lexer.tokenize(text);
  const comments = [...(groups.comments ?? []), ...(groups.documentation ?? [])];
  return [
    ...tokens.map((token) => ({ token, wanted: expectedScope(token.tokenType) })),
    ...comments.map((token) => ({ token, wanted: /^comment\./ })),
  ].flatMap(({ token: { image, startOffset }, wanted }) => {
    const scope = scopes[startOffset]!;
    return wanted.test(scope) ? [] : [`${image} at ${startOffset}: ${scope}, not ${wanted}`];
  });
}

test.each(configs)("%s", (name) => {
  const text = readFileSync(join(root, "configs", name), "utf8");
  expect(wrongIn(text)).toEqual([]);
});

test("every kind of word has its scope", () => {
  const text = `use "a\\"b" // a comment
/// A model of models.
network n(a: integer = 50 | 101) on { c2 } -> { p2 } { p2 = if not a == 1 and true { return c2 } else { return c2 -> relu as x } }
model m extends b { a.b = [7x7, 1:2, 50%, 1e-4, 16images, 800..1333, none]px rate = 0.02 per 16images remove x.y[0] before = 3 }`;
  expect(wrongIn(text)).toEqual([]);
  const scopes = scopesOf(text);
  expect(scopes[text.indexOf("images")]).toBe("keyword.other.unit.rcnn");
  expect(scopes[text.indexOf("n(a")]).toBe("entity.name.function.rcnn");
  expect(scopes[text.indexOf("m extends")]).toBe("entity.name.type.rcnn");
  expect(scopes[text.indexOf('\\"')]).toBe("constant.character.escape.rcnn");
});

test("a text without its end does not colour what follows its line", () => {
  const text = 'use "broken\nmodel m { }';
  expect(scopesOf(text)[text.indexOf("model")]).toBe("storage.type.rcnn");
});
