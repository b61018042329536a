/** The fixes of diagnostics as actions of the editor, and the deletion of what stands in vain. */
import { type CodeAction, CodeActionKind, type Range, type TextEdit } from "vscode-languageserver";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import { deletionFor } from "./deletions.ts";
import { editorDiagnostic } from "./diagnostics.ts";
import { rangeOf, uriOf } from "./ranges.ts";
import type { Snapshot } from "./workspace.ts";

/** Those of diagnostics that meet `range`. */
export function codeActions({ path, text, tree, analysis }: Snapshot, range: Range): readonly CodeAction[] {
  const [from, to] = [text.offsetAt(range.start), text.offsetAt(range.end)];
  return analysis.diagnostics
    .filter(({ span }) => span?.source.name === path && span.start <= to && from <= span.end)
    .flatMap((diagnostic) => {
      const deletion = deletionFor(diagnostic, tree);
      const fixes = [...(diagnostic.fixes ?? []), ...(deletion ? [deletion] : [])];
      return fixes.map((fix) => actionOf(fix, diagnostic, fixes.length === 1));
    });
}

function actionOf(fix: Fix, diagnostic: Diagnostic, isOnly: boolean): CodeAction {
  const changes: Record<string, TextEdit[]> = {};
  for (const { span, text } of fix.edits) {
    const uri = uriOf(span.source.name);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText: text }];
  }
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [editorDiagnostic(diagnostic)],
    isPreferred: isOnly,
    edit: { changes },
  };
}
