/** Diagnostics of the compiler as an editor shows them, each in the file where it stands. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as EditorDiagnostic,
} from "vscode-languageserver";
import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
import { placeOf } from "../diagnostics/render.ts";
import type { Span } from "../diagnostics/span.ts";
import { locationOf, rangeOf } from "./ranges.ts";
import type { Snapshot } from "./workspace.ts";

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function editorDiagnostic(diagnostic: Diagnostic, at = diagnostic.span): EditorDiagnostic {
  const { code, severity, message, span, related = [] } = diagnostic;
  const elsewhere = at === span || !span ? "" : ` (${placeOf(span)})`;
  return {
    code,
    source: "rcnn",
    severity: severities[severity],
    message: `${message}${elsewhere}`,
    range: at ? rangeOf(at) : nowhere,
    // What nothing reads is shown faded.
    ...(code.includes("/unused-") && { tags: [DiagnosticTag.Unnecessary] }),
    relatedInformation: [
      ...(elsewhere ? [{ message: "it is found here", location: locationOf(span!) }] : []),
      ...related.map((other) => ({ message: other.message, location: locationOf(other.span) })),
    ],
  };
}

/**
 * By the path of the file that each stands in; the file looked at is always among them, so that old ones go. What
 * is wrong in a library because of how this file uses it is shown at the use too.
 */
export function diagnosticsByFile({
  path,
  analysis,
}: Snapshot): ReadonlyMap<string, readonly EditorDiagnostic[]> {
  const files = new Map<string, EditorDiagnostic[]>([[path, []]]);
  const show = (diagnostic: Diagnostic, at: Span | undefined): void => {
    const file = at?.source.name ?? path;
    files.set(file, [...(files.get(file) ?? []), editorDiagnostic(diagnostic, at)]);
  };
  for (const diagnostic of analysis.diagnostics) {
    show(diagnostic, diagnostic.span);
    if (!diagnostic.span || diagnostic.span.source.name === path) continue;
    const use = diagnostic.related?.find(({ span }) => span.source.name === path);
    if (use) show(diagnostic, use.span);
  }
  return files;
}
