/** Puts an input through everything that reads texts of the language; whatever is wrong must come back as diagnostics. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Validate } from "../src/check/validate.ts";
import { type Diagnostic, hasErrors } from "../src/diagnostics/diagnostic.ts";
import { inOrder } from "../src/diagnostics/in-order.ts";
import { render } from "../src/diagnostics/render.ts";
import { loadFile, resolveBundle } from "../src/language.ts";
import { isYaml, parse } from "../src/syntax/parse.ts";
import { convert, format } from "../src/syntax/rewrite.ts";
import type { Hostile } from "./hostile.ts";

const configs = join(import.meta.dirname, "..", "configs");

/** The library alone is in reach, whatever the input asks for. */
function read(path: string, { name, text }: Hostile): string | undefined {
  if (path === name) return text;
  if (!path.startsWith(`${configs}/`)) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Throws where the compiler does, or where it stays silent about a text that it cannot use. Without `isWhole` the text
 * is parsed, formatted and converted only.
 */
export async function digest(
  input: Hostile,
  isWhole: boolean,
  validate?: Validate,
): Promise<readonly Diagnostic[]> {
  const { value: document, diagnostics } = parse(input);
  if (!document && diagnostics.length === 0) throw new Error("no document and no diagnostics");
  for (const diagnostic of diagnostics) checkPlace(diagnostic);
  if (!hasErrors(diagnostics)) rewrite(input);
  if (!isWhole) return diagnostics;
  const { value: bundle, diagnostics: found } = await loadFile(input.name, {
    read: (path) => Promise.resolve(read(path, input)),
  });
  const { value: model, diagnostics: wrong } = bundle
    ? resolveBundle(bundle, validate ? { validate } : {})
    : { value: undefined, diagnostics: [] };
  const all = inOrder([...found, ...wrong]);
  const isSilent = !model && !hasErrors(all);
  if (isSilent) throw new Error("no model and no errors");
  for (const diagnostic of all) render(diagnostic);
  return all;
}

function checkPlace({ code, span }: Diagnostic): void {
  if (!span) return;
  const isIn = 0 <= span.start && span.start <= span.end && span.end <= span.source.text.length;
  if (!isIn) throw new Error(`${code} is at ${span.start}..${span.end} of ${span.source.text.length}`);
}

/** Formatting twice is formatting once; what is converted formats to itself. */
function rewrite(input: Hostile): void {
  const once = format(input).value;
  if (once === undefined) throw new Error("a sound text is not formatted");
  const twice = format({ ...input, text: once }).value;
  if (twice !== once) throw new Error("formatting again changes the text");
  const other = convert(input).value;
  if (other === undefined) return;
  const name = isYaml(input.name) ? "m.rcnn" : "m.yaml";
  if (format({ name, text: other }).value === undefined) throw new Error("what was converted is not sound");
}
