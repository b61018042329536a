/** Texts that the grammar allows, made of its rules at random: every rule in every place, with words that mean something. */
import type { TokenType } from "chevrotain";
import { parser } from "../../grammar/parser.ts";
import * as tokens from "../../grammar/tokens.ts";
import { catalog } from "../../src/components/catalog.ts";
import type { Random } from "./random.ts";

/** What the rules have in common, as the library's classes have it. */
interface Rule {
  readonly definition?: readonly Rule[];
  readonly terminalType?: TokenType;
  readonly separator?: TokenType;
  readonly nonTerminalName?: string;
  readonly constructor: { readonly name: string };
}

const names: readonly string[] = [
  ...Object.keys(catalog.model.parameters),
  ...Object.keys(catalog.model.sections),
  ...Object.values(catalog.components).flatMap((group) => Object.keys(group)),
  ...["input", "m", "a", "b", "c2", "p2", "p5", "model", "ablation", "base", "cases", "grid", "set"],
  ...["__proto__", "constructor", "toString", "x"],
];

const samples: Readonly<Record<string, readonly string[]>> = {
  Number: ["0", "1", "2", "0.5", "1e9", "1e308", "9007199254740993", "64"],
  Quantity: ["1px", "8images", "1e15images", "2epochs", "0px", "5iterations"],
  Percentage: ["50%", "0%", "1e9%"],
  Size: ["7x7", "0x0", "3x3", "999999x999999"],
  Ratio: ["1:2", "0:1", "9:1"],
  Text: ['"library/fpn"', '"library/heads"', '""', '"a.b"', '"m"', '"\\\\u0041"'],
  ListUnit: ["px", "images", "cm"],
};

/** One text; `depth` is how many rules stand in each other before the shortest way out is taken. */
export function fromGrammar(random: Random): string {
  const rules = parser.getGAstProductions() as Readonly<Record<string, Rule>>;
  const { below, chance, one } = random;
  let budget = 400;
  const word = (type: TokenType): string => {
    const kinds = tokens.tokens.filter((each) => each === type || each.CATEGORIES?.includes(type));
    const chosen = kinds.length > 0 ? one(kinds) : type;
    if (chosen.name === "Identifier") return one(names);
    const sample = samples[chosen.name];
    if (sample) return one(sample);
    return typeof chosen.PATTERN === "string" ? chosen.PATTERN : ((chosen.PATTERN as RegExp)?.source ?? "");
  };
  const rest = (parts: readonly Rule[] = [], depth: number): string =>
    parts.map((part) => made(part, depth)).join(" ");
  const times = (rule: Rule, least: number, depth: number): string => {
    const count = budget < 0 || depth > 24 ? least : least + below(4);
    const separator = rule.separator ? ` ${word(rule.separator)} ` : " ";
    return Array.from({ length: count }, () => rest(rule.definition, depth)).join(separator);
  };
  const made = (rule: Rule, depth: number): string => {
    budget--;
    switch (rule.constructor.name) {
      case "Terminal":
        return word(rule.terminalType!);
      case "NonTerminal":
        return rest(rules[rule.nonTerminalName!]!.definition, depth + 1);
      case "Option":
        return budget > 0 && depth < 24 && chance(0.4) ? rest(rule.definition, depth) : "";
      case "Alternation": {
        const ways = rule.definition!;
        return made(budget < 0 || depth > 24 ? ways[0]! : one(ways), depth);
      }
      case "Repetition":
      case "RepetitionWithSeparator":
        return times(rule, 0, depth);
      case "RepetitionMandatory":
      case "RepetitionMandatoryWithSeparator":
        return times(rule, 1, depth);
      default:
        return rest(rule.definition, depth);
    }
  };
  return Array.from({ length: 1 + below(4) }, () => made(rules.declaration!, 0))
    .join("\n")
    .replaceAll(/(\w) ([([])/g, (_, end: string, open: string) =>
      chance(0.8) ? end + open : `${end} ${open}`,
    );
}
