/** Values of tokens that stand for themselves: numbers with their units, sizes, ratios, texts. */
import type { IToken } from "chevrotain";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { nearestName } from "../support/suggest.ts";
import type { Expression, Unit } from "./ast.ts";
import type { Context } from "./context.ts";
import { tokenSpan } from "./cst.ts";

export const units: readonly Unit[] = ["px", "images", "iterations", "epochs"];

const isUnit = (text: string): text is Unit => (units as readonly string[]).includes(text);

export function literalOf(word: IToken, context: Context): Expression {
  const { image } = word;
  const span = tokenSpan(word, context);
  switch (word.tokenType.name) {
    case "True":
    case "False":
      return { kind: "boolean", value: image === "true", span };
    case "None":
      return { kind: "none", span };
    case "Size":
    case "Ratio": {
      const [height, width] = image.split(/[x:]/).map((side) => finite(side, word, context));
      const kind = word.tokenType.name === "Size" ? "size" : "ratio";
      return height === undefined || width === undefined
        ? { kind: "hole", span }
        : { kind, height, width, span };
    }
    case "Percentage": {
      const value = finite(image.slice(0, -1), word, context);
      return value === undefined ? { kind: "hole", span } : { kind: "percentage", value: value / 100, span };
    }
    case "Number": {
      const value = finite(image, word, context);
      return value === undefined ? { kind: "hole", span } : { kind: "number", value, span };
    }
    case "Quantity": {
      const digits = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(image)![0];
      const unit = unitOf(image.slice(digits.length), word.startOffset + digits.length, context);
      const value = finite(digits, word, context);
      return value === undefined || !unit ? { kind: "hole", span } : { kind: "number", value, unit, span };
    }
    default:
      return { kind: "text", value: textOf(word), span };
  }
}

function finite(digits: string, word: IToken, context: Context): number | undefined {
  const value = Number(digits);
  if (Number.isFinite(value)) return value;
  const span = tokenSpan(word, context);
  context.report(diagnose(syntaxCodes, "syntax/not-finite", { text: word.image }, { span }));
  return undefined;
}

/** Reports what is not a unit; `start` is the offset of `text`. */
export function unitOf(text: string, start: number, context: Context): Unit | undefined {
  if (isUnit(text)) return text;
  const span = context.at(start, start + text.length);
  const near = nearestName(text, units);
  const fixes = near ? [{ title: `write \`${near}\``, edits: [{ span, text: near }] }] : [];
  const list = units.map((unit) => `\`${unit}\``).join(", ");
  context.report(diagnose(syntaxCodes, "syntax/unknown-unit", { unit: text, units: list }, { span, fixes }));
  return undefined;
}

/** Whether the text is closed and all its escapes are known. */
export const isSound = (word: IToken): boolean =>
  word.tokenType.name === "Text" && !/\\[^"\\nt]/.test(word.image.replaceAll("\\\\", ""));

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t" };

/** What stands between the quotes of a text token. */
export const textOf = (word: IToken): string =>
  word.image.replace(/^"|"$/g, "").replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
