/** How names and literals are written in `.rcnn`. */
import { keywords } from "../../grammar/tokens.ts";
import type { Expression, Name } from "./ast.ts";

type Literal = Extract<
  Expression,
  { readonly kind: "number" | "percentage" | "size" | "ratio" | "text" | "boolean" | "none" }
>;

const words: ReadonlySet<string> = new Set(keywords.map(({ PATTERN }) => (PATTERN as RegExp).source));

export const isWord = (text: string): boolean => words.has(text);

/** Whether `text` can be a name in both notations. */
export const isPlainName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text) && !isWord(text);

const isNumeral = (text: string): boolean => /^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);

export const isLiteral = (value: Expression): value is Literal =>
  ["number", "percentage", "size", "ratio", "text", "boolean", "none"].includes(value.kind);

export function spellLiteral(value: Literal): string {
  switch (value.kind) {
    case "number":
      return numeral(value, "", value.value) + (value.unit ?? "");
    case "percentage":
      return `${numeral(value, "%", value.value)}%`;
    case "size":
      return `${plainDigits(value.height)}x${plainDigits(value.width)}`;
    case "ratio":
      return `${plainDigits(value.height)}:${plainDigits(value.width)}`;
    case "text":
      return spellText(value.value);
    case "boolean":
      return String(value.value);
    case "none":
      return "none";
  }
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t" };

export const spellText = (text: string): string =>
  `"${text.replace(/["\\\n\t]/g, (mark) => escapes[mark]!)}"`;

/** A name of a record or the label of a block, in quotes where it could not stand alone. */
export const spellKey = ({ text }: Pick<Name, "text">): string =>
  isPlainName(text) || isNumeral(text) ? text : spellText(text);

export const spellLabel = ({ text }: Pick<Name, "text">): string => (isPath(text) ? text : spellText(text));

/** Names joined by dots, with numbers and `[2]` behind the first. */
export const isPath = (text: string): boolean =>
  /^[A-Za-z_]\w*(\.[A-Za-z_]\w*|\.\d+|\[\d+\])*$/.test(text) &&
  text.split(/[.[\]]/).every((part) => !isWord(part));

/** As the text had it, perhaps in brackets, so that `1e-4` and `1.44e6images` stay what they are. */
function numeral({ span }: Literal, mark: "" | "%", value: number): string {
  const scale = mark === "%" ? 100 : 1;
  const written = /^[(\s]*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(%?)/.exec(
    span.source.text.slice(span.start, Math.min(span.end, span.start + 40)),
  );
  if (written && written[2] === mark && Number(written[1]) / scale === value) return written[1]!;
  if (scale === 1) return String(value);
  const exact = Array.from({ length: 17 }, (_, digits) => (value * scale).toPrecision(digits + 1));
  return exact.find((text) => isNumeral(text) && Number(text) / scale === value) ?? String(value * scale);
}

/** Without an exponent, which sizes and ratios do not have. */
function plainDigits(value: number): string {
  const [mantissa, exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa!;
  if (Number(exponent) > 0) return BigInt(value).toString();
  return `0.${"0".repeat(-Number(exponent) - 1)}${mantissa!.replace(".", "")}`;
}
