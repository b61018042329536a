/** Runs the schema, and says of each error what it means at the place in the text where the value stands. */
import { checkCodes } from "../diagnostics/codes/check.ts";
import { type CodeDef, diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { own } from "../support/own.ts";
import { nearestName } from "../support/suggest.ts";
import { isYaml } from "../syntax/parse.ts";
import type { Catalog } from "./catalog.ts";
import { createJudge, type Definitions, type PreparedChecks, type SchemaError } from "./json-schema.ts";
import { reference } from "./kind-schema.ts";
import { describeKind, describeRole, type Kind } from "./kinds.ts";
import {
  below,
  componentsOf,
  type Json,
  type Named,
  optionsOf,
  type Place,
  type Projection,
} from "./project.ts";
import { argumentsSchema, type Parameters, schemaOf } from "./schema.ts";
import { nounOf, showValue, textOf, type Value } from "./values.ts";

/** A definition of the schema (`model`, `layer.conv`, ...), or the parameters of a module. */
type Definition = string | { readonly name: string; readonly parameters: Parameters };

/** Checks `json` against a definition and reports to the projection. `names` may have been meant by wrong ones. */
export type Validate = (
  json: Json,
  definition: Definition,
  projection: Projection,
  names?: () => readonly string[],
) => void;

const textsAlone =
  /^(text\.|(modelText|replace|append|insert|remove|edits|ablation\w*|module|constant|stage|value|call|body)$)|\.call$/;

/** Without what is about texts alone: no value is an expression here, arguments have names, and layers are text. */
export function definitionsOf(catalog: Catalog): Definitions {
  const all = Object.entries(schemaOf(catalog).definitions as Definitions);
  const ofValues = all.filter(([name]) => !textsAlone.test(name));
  const named = JSON.stringify(Object.fromEntries(ofValues)).replaceAll(
    /(#\/definitions\/[\w.]+)\.call"/g,
    '$1"',
  );
  const layers = { type: ["string", "array", "object"] };
  return { ...(JSON.parse(named) as Definitions), layers, expression: false };
}

/** `prepared`: the checks that a build has made of the same catalogue. */
export function createValidator(catalog: Catalog, prepared?: PreparedChecks): Validate {
  const judge = createJudge(() => definitionsOf(catalog), prepared);
  return (json, definition, projection, names = () => []) => {
    const schema =
      typeof definition === "string" ? reference(definition) : argumentsSchema(definition.parameters);
    const errors = judge(json, schema);
    if (errors.length === 0) return;
    const unknownKey = typeof definition === "string" ? "check/unknown-key" : "check/unknown-argument";
    const context = { projection, names: names(), unknownKey } as const;
    for (const diagnostic of explain(errors, context)) projection.report(diagnostic);
  };
}

/** One pointer with all that the schema has against it. */
interface Complaint {
  readonly pointer: string;
  readonly place: Place;
  readonly errors: readonly SchemaError[];
}

/** What explaining errors needs to know beside them. */
interface Explaining {
  readonly projection: Projection;
  readonly names: readonly string[];
  /** What a key is that is not there: only the catalogue's are in the schema of texts. */
  readonly unknownKey: "check/unknown-key" | "check/unknown-argument";
}

function explain(errors: readonly SchemaError[], explaining: Explaining): readonly Diagnostic[] {
  const { projection } = explaining;
  const byPointer = new Map<string, SchemaError[]>();
  for (const error of errors) {
    const { pointer } = error;
    if (isOpen(pointer, projection)) continue;
    byPointer.set(pointer, [...(byPointer.get(pointer) ?? []), error]);
    projection.wrong.add(error.key === undefined ? pointer : below(pointer, error.key));
  }
  const pointers = [...byPointer.keys()];
  return pointers.flatMap((pointer) => {
    const place = projection.places.get(pointer);
    // What is wrong inside a value says more than that the value is wrong.
    const inner = place && hasForm(place) ? [...pointers, ...projection.open] : pointers;
    const deeper = place?.kind && inner.some((other) => other.startsWith(`${pointer}/`));
    if (!place || deeper) return [];
    const found = complain({ pointer, place, errors: byPointer.get(pointer)! }, explaining);
    const isJoined = [...projection.joined].some(
      (start) => pointer === start || pointer.startsWith(`${start}/`),
    );
    return isJoined ? found.map(unseenBySchema) : found;
  });
}

/** In YAML, where a schema of texts is all that knows them. */
function unseenBySchema(diagnostic: Diagnostic): Diagnostic {
  const row: CodeDef<never> | undefined = own(checkCodes, diagnostic.code);
  const isUnseen = isYaml(diagnostic.span?.source.name ?? "");
  return isUnseen && row?.unseen ? { ...diagnostic, code: row.unseen } : diagnostic;
}

/** Whether a value of this form could be right, so that what is open in it may be all that is wrong. */
const hasForm = ({ kind, value }: Place): boolean =>
  kind !== undefined &&
  optionsOf(kind).some((option) =>
    option.kind === "component" ? value?.kind === "call" : option.kind === value?.kind,
  );

const isOpen = (pointer: string, { open }: Projection): boolean =>
  [...open].some((start) => pointer === start || pointer.startsWith(`${start}/`));

function complain(complaint: Complaint, explaining: Explaining): readonly Diagnostic[] {
  const { place } = complaint;
  const { projection, names } = explaining;
  if (place.kind && place.value) {
    const isRecord =
      place.value.kind === "record" && optionsOf(place.kind).some((option) => option.kind === "record");
    if (!isRecord) return [wrongValue(place, place.kind, place.value, projection, names)];
  }
  return keyErrors(complaint, explaining);
}

/** Unknown and missing keys of a block, a call or a record. */
function keyErrors(
  { pointer, place, errors }: Complaint,
  { projection, unknownKey, names }: Explaining,
): readonly Diagnostic[] {
  const keys = place.keys ?? {};
  const seen = new Set<string>();
  return errors.flatMap(({ keyword, key }) => {
    if (key === undefined || seen.has(key)) return [];
    seen.add(key);
    if (keyword === "required" && place.isPartial) return [];
    if (keyword === "required") {
      const kind = keys[key];
      const values = {
        key,
        of: place.name,
        expected: kind ? describeKind(kind) : `a block \`${key} { ... }\``,
      };
      return [diagnose(checkCodes, "check/missing-key", values, { span: place.keySpan ?? place.span })];
    }
    const at = projection.places.get(`${pointer}/${key}`);
    const span = at?.keySpan ?? at?.span ?? place.span;
    const known = Object.keys(keys);
    const values = {
      key,
      of: place.name,
      known: known.length > 0 ? known.map((name) => `\`${name}\``).join(", ") : "nothing",
    };
    const fixes = pointer === "" ? rootFixes(key, known, names, span) : nearest(key, known, span);
    return [diagnose(checkCodes, unknownKey, values, { span, fixes })];
  });
}

/** From outside a model its constants are set like keys; in a text they are replaced. */
function rootFixes(
  key: string,
  known: readonly string[],
  names: readonly string[],
  span: Span,
): readonly Fix[] {
  if (!names.includes(key)) return nearest(key, [...known, ...names], span);
  const edits = [{ span: { ...span, end: span.start }, text: "replace " }];
  return [{ title: `write \`replace ${key}\` to change the constant`, edits }];
}

function nearest(wrong: string, known: readonly string[], span: Span): readonly Fix[] {
  const name = nearestName(wrong, known);
  return name === undefined ? [] : [{ title: `did you mean \`${name}\`?`, edits: [{ span, text: name }] }];
}

/** Reports a value that cannot be of `kind`; for where the schema cannot tell. */
export function reportValue(
  value: Value,
  kind: Kind,
  { name }: Named,
  pointer: string,
  projection: Projection,
): Json {
  projection.open.add(pointer);
  if (value.kind !== "open")
    projection.report(wrongValue({ name, span: value.span }, kind, value, projection, []));
  return null;
}

function wrongValue(
  place: Place,
  kind: Kind,
  value: Value,
  { catalog }: Projection,
  names: readonly string[],
): Diagnostic {
  const components = Object.keys(componentsOf(catalog, kind));
  const isCall = value.kind === "call";
  const name = isCall ? value.callee.text : value.kind === "word" ? value.name : undefined;
  if (name !== undefined && components.length > 0 && !components.includes(name)) {
    const span = isCall ? value.callee.span : value.span;
    const what = optionsOf(kind).flatMap((option) =>
      option.kind === "component" ? [describeRole(option.role)] : [],
    );
    const known = components.map((text) => `\`${text}\``).join(", ");
    const values = { key: place.name, name, what: what.join(" or "), known };
    return diagnose(checkCodes, "check/unknown-component", values, {
      span,
      fixes: nearest(name, components, span),
    });
  }
  const words = optionsOf(kind).flatMap((option) => (option.kind === "word" ? option.words.map(String) : []));
  const fixes =
    value.kind === "word" ? nearest(value.name, [...words, ...names], value.span) : asPercentage(value, kind);
  const values = {
    key: place.name,
    found: foundText(value),
    expected: describeKind(kind),
  };
  const related = declaredAt(place, value);
  const where = { span: value.span, fixes, related };
  if (value.kind === "word" && !place.isFinal)
    return diagnose(checkCodes, "check/unknown-word", { ...values, name: value.name }, where);
  return diagnose(checkCodes, related.length > 0 ? "check/mismatch" : "check/wrong-value", values, where);
}

/** `70` where a fraction is wanted means `70%`. */
function asPercentage(value: Value, kind: Kind): readonly Fix[] {
  const isFraction = optionsOf(kind).some((option) => option.kind === "number" && option.maximum === 1);
  if (!isFraction || value.kind !== "number" || value.unit || value.declared) return [];
  const text = `${value.value}%`;
  const isPlain = textOf(value.span) === String(value.value) && value.value > 1 && value.value <= 100;
  return isPlain ? [{ title: `did you mean \`${text}\`?`, edits: [{ span: value.span, text }] }] : [];
}

/** A percentage is a number, and shown as it is written. */
function foundText(value: Value): string {
  const written = value.declared ? "" : textOf(value.span);
  return value.kind === "number" && /^[\d.]+%$/.test(written)
    ? `the percentage \`${written}\``
    : `the ${nounOf(value)} \`${showValue(value)}\``;
}

/** The other places that take part: where a name got its value, and where a parameter got its type. */
function declaredAt({ name, declared }: Place, value: Value): NonNullable<Diagnostic["related"]> {
  return [
    ...(value.declared ? [{ message: `\`${showValue(value)}\` comes from here`, span: value.declared }] : []),
    ...(declared ? [{ message: `\`${name}\` is declared here`, span: declared }] : []),
  ];
}
