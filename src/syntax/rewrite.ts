/** `format` and `convert`: the text of a file in its one form, and in the other notation. */
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import { invariant } from "../support/invariant.ts";
import type { Document } from "./ast.ts";
import { difference } from "./difference.ts";
import { inYamlOrder, moved } from "./group.ts";
import { isYaml, parse } from "./parse.ts";
import { print } from "./print.ts";
import { namesSchema, printYaml, type YamlOptions } from "./print-yaml.ts";

/** The text as `rcnn format` writes it; what is wrong with a text that cannot be read. */
export function format(source: Source): Result<string> {
  const { value: document, diagnostics } = parse(source);
  if (!document || hasErrors(diagnostics)) return { diagnostics };
  const text = isYaml(source.name) ? printYaml(document) : print(document);
  const changed = changedAt(isYaml(source.name) ? inYamlOrder(document) : document, text, source.name);
  invariant(!changed, `formatting ${source.name} changes what it says at ${changed?.start}`);
  return { value: text, diagnostics };
}

/** The text in the notation that it is not in, comments included. */
export function convert(source: Source, options: YamlOptions = {}): Result<string> {
  const { value: document, diagnostics } = parse(source);
  if (!document || hasErrors(diagnostics)) return { diagnostics };
  return isYaml(source.name) ? toText(document) : toYaml(document, options);
}

function toText(document: Document): Result<string> {
  const comments = document.comments.filter(({ text }) => !namesSchema(text));
  const text = print({ ...document, comments });
  return unlessChanged(text, changedAt(document, text, "converted.rcnn"), ".rcnn");
}

function toYaml(document: Document, options: YamlOptions): Result<string> {
  const text = printYaml(document, options);
  const changed = moved(document) ?? changedAt(inYamlOrder(document), text, "converted.yaml");
  return unlessChanged(text, changed, "YAML");
}

/** Where the meaning of `text` is not that of `document`. */
function changedAt(document: Document, text: string, name: string): Span | undefined {
  const again = parse({ name, text });
  const whole = { source: document.source, start: 0, end: 0 };
  return difference(document, again.value, whole) ?? (hasErrors(again.diagnostics) ? whole : undefined);
}

function unlessChanged(text: string, changed: Span | undefined, notation: string): Result<string> {
  if (!changed) return { value: text, diagnostics: [] };
  return { diagnostics: [diagnose(commandCodes, "command/unconvertible", { notation }, { span: changed })] };
}
