/** Values of the catalogue as the language writes them, and pieces of Markdown. */
import type { Catalog, ParameterDef, PlainValue } from "../../src/check/catalog.ts";
import { describeKind, type Kind } from "../../src/check/kinds.ts";
import { catalog } from "../../src/components/catalog.ts";

/** `default` of a parameter: `7x7`, `steps(at = [2/3])`, `0.02 per 16images`. */
export function plainText(value: PlainValue, kind: Kind): string {
  const options = kind.kind === "either" ? kind.options : [kind];
  const of = <K extends Kind["kind"]>(name: K) =>
    options.find((option): option is Extract<Kind, { kind: K }> => option.kind === name);
  if (value === null) return "none";
  if (typeof value === "boolean" || typeof value === "string") return String(value);
  if (typeof value === "number" && of("ratio")) return ratioText(value);
  if (typeof value === "number") return `${numberText(value)}${unitOf(options)}`;
  if (isList(value)) {
    if (of("size")) return value.map(String).join("x");
    if (of("range") && (value.length === 2 || !of("list")))
      return value.map((each) => plainText(each, kind)).join("..");
    const item = of("list")?.item ?? { kind: "none" };
    const unit = unitOf([item]);
    const texts = value.map((each) => plainText(each, item));
    return `[${texts.map((each) => each.slice(0, each.length - unit.length)).join(", ")}]${unit}`;
  }
  if (of("rate")) return `${value.value} per ${value.images}images`;
  const { kind: name, ...rest } = value;
  const entries = Object.entries(rest).map(
    ([key, each]) => `${key} = ${plainText(each, fieldKind(options, name, key))}`,
  );
  if (typeof name === "string") return entries.length > 0 ? `${name}(${entries.join(", ")})` : name;
  return `{ ${entries.join(", ")} }`;
}

const isList = (value: PlainValue): value is readonly PlainValue[] => Array.isArray(value);

const all: Catalog = catalog;

/** Of an argument of the component `name`, or of a record. */
function fieldKind(options: readonly Kind[], name: PlainValue | undefined, key: string): Kind {
  for (const option of options) {
    if (option.kind === "record" && option.fields[key]) return option.fields[key];
    if (option.kind !== "component") continue;
    const parameter = all.components[option.role][String(name)]?.parameters[key];
    if (parameter) return parameter.kind;
  }
  return { kind: "none" };
}

function unitOf(options: readonly Kind[]): string {
  const option = options.find((each) => each.kind === "number" || each.kind === "integer");
  return option && "unit" in option && option.unit ? option.unit : "";
}

const ratioText = (value: number): string =>
  value < 1 && Number.isInteger(1 / value) ? `1:${1 / value}` : `${value}:1`;

/** Thirds, ninths and the like as such, and the usual clamp of encoded sizes as its formula. */
function numberText(value: number): string {
  const short = String(value);
  if (short.length <= 8) return short;
  const divisor = [3, 9, 255].find((each) => Math.abs(value * each - Math.round(value * each)) < 1e-12);
  if (Math.abs(Math.exp(value) - 1000 / 16) < 1e-9) return "log(1000/16)";
  return divisor === undefined ? short : `${Math.round(value * divisor)}/${divisor}`;
}

export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export const code = (text: string): string => `\`${text}\``;

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** One row a key: what it is, what holds without it, what it takes. */
export function parameterTable(parameters: Readonly<Record<string, ParameterDef>>): string {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    code(name),
    parameter.summary,
    parameter.default !== undefined
      ? code(plainText(parameter.default, parameter.kind))
      : (parameter.derived ?? "must be given"),
    `${describeKind(parameter.kind)}${parameter.variadic ? ", as many as there are" : ""}`,
  ]);
  return markdownTable(["key", "what it is", "without it", "takes"], rows);
}
