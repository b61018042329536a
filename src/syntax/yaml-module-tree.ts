/** Networks and blocks as YAML, and the documentation of all that has some. */
import type { Block, Module, Name, Parameter } from "./ast.ts";
import { flatWithout, operand } from "./print-flat.ts";
import type { Written } from "./written.ts";
import type { YamlField, YamlItem, YamlPlace, YamlTree } from "./yaml-emit.ts";
import { placeAt } from "./yaml-place.ts";
import {
  bodyField,
  fieldOf,
  keyed,
  lifted,
  stringTree,
  textTree,
  valueTree,
  type YamlPrinting,
} from "./yaml-value-tree.ts";

/** The fields of a block or a module with its documentation before them. */
export function documented(
  { documentation, span, ...entry }: Block | Module,
  fields: readonly YamlField[],
  { written }: YamlPrinting,
): readonly YamlField[] {
  if (documentation === undefined) return fields;
  const isLiteral = documentation.includes("\n") && !/^\s|\n[^\S\n]|[^\x20-\x7e\n]/.test(documentation);
  const tree: YamlTree = isLiteral
    ? { kind: "text", text: documentation, isLiteral: true }
    : stringTree(documentation);
  const name = entry.kind === "module" ? entry.name : (entry.label ?? entry.keyword);
  const next = fields.flatMap(({ place }) => place?.start ?? []);
  const place = documentationPlace(name.span.end, Math.min(span.end, ...next), written);
  return [fieldOf("documentation", tree, place), ...fields];
}

/** In YAML, where it stands first behind the key that ends at `from`. */
function documentationPlace(from: number, to: number, { silent, isYaml }: Written): YamlPlace | undefined {
  const key = /["']?\s*:\s*\{?\s*documentation/y;
  key.lastIndex = from;
  const found = isYaml ? key.exec(silent)?.[0] : undefined;
  if (found === undefined) return undefined;
  const head = from + found.length;
  const start = head - "documentation".length;
  return placeAt({ start, end: silent.slice(0, Math.max(head, to)).trimEnd().length }, head);
}

export function moduleTree(module: Module, printing: YamlPrinting): YamlTree {
  const { parameters, on, results, body } = module;
  const fields = parameters.map((each) => parameterField(each, printing));
  const parts = [
    ...(fields.length > 0 ? [lifted("parameters", { kind: "fields", fields }, printing)] : []),
    ...(on ? [namesField("on", on, printing)] : []),
    ...(results ? [namesField("results", results, printing)] : []),
    bodyField("body", body, printing),
  ];
  return { kind: "fields", isLong: true, fields: documented(module, parts, printing) };
}

function namesField(key: string, names: readonly Name[], printing: YamlPrinting): YamlField {
  const items = names.map(
    ({ text, span }): YamlItem => ({
      value: textTree(text),
      place: printing.written.isYaml ? placeAt(span) : undefined,
    }),
  );
  return lifted(key, { kind: "items", items }, printing);
}

function parameterField(parameter: Parameter, printing: YamlPrinting): YamlField {
  const { name, type, default: otherwise, span } = parameter;
  const text = textTree(type.kind === "choice" ? flatWithout(type) : operand(type, 0, printing.plain)!);
  const tree: YamlTree = otherwise
    ? {
        kind: "fields",
        fields: [
          keyed("type", text, type, printing),
          keyed("default", valueTree(otherwise, printing), otherwise, printing),
        ],
      }
    : text;
  return fieldOf(name.text, tree, placeAt(span, name.span.end));
}
