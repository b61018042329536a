/** The fixes of diagnostics as actions of the editor. */
import { type CodeAction, CodeActionKind, type Range, type TextEdit } from "vscode-languageserver";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import { editorDiagnostic } from "./diagnostics.ts";
import { rangeOf, uriOf } from "./ranges.ts";
import type { Snapshot } from "./workspace.ts";

/** Those of diagnostics that meet `range`. */
export function codeActions({ path, text, analysis }: Snapshot, range: Range): readonly CodeAction[] {
  const [from, to] = [text.offsetAt(range.start), text.offsetAt(range.end)];
  return analysis.diagnostics
    .filter(({ span }) => span?.source.name === path && span.start <= to && from <= span.end)
    .flatMap((diagnostic) => (diagnostic.fixes ?? []).map((fix) => actionOf(fix, diagnostic)));
}

function actionOf(fix: Fix, diagnostic: Diagnostic): CodeAction {
  const changes: Record<string, TextEdit[]> = {};
  for (const { span, text } of fix.edits) {
    const uri = uriOf(span.source.name);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText: text }];
  }
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [editorDiagnostic(diagnostic)],
    isPreferred: diagnostic.fixes!.length === 1,
    edit: { changes },
  };
}
