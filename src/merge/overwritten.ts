/** What a model says and then says otherwise: surely one of the two was meant. */
import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Change } from "./change.ts";
import type { MergedEntry } from "./spec.ts";

/** `entry` goes, or its value does: a warning for each text of the same model that had a part in it. */
export function reportOverwritten(entry: MergedEntry, { within, span: by, action, report }: Change): void {
  if (!within) return;
  const how = action === "remove" ? "takes it away" : "sets it anew";
  const related = [{ message: `here it ${how}`, span: by }];
  for (const { name, span } of textsOf(entry)) {
    // Twice in one body is an error of the syntax.
    if (!isIn(span, within) || (isPlain(span) && isPlain(by))) continue;
    report(diagnose(mergeCodes, "merge/overwritten", { name, how }, { span, related }));
  }
}

interface Text {
  readonly name: string;
  readonly span: Span;
}

function textsOf(entry: MergedEntry): readonly Text[] {
  if (entry.kind === "block") return entry.entries.flatMap(textsOf);
  const { name, history, span, edits = [] } = entry;
  return [
    ...[...history, span].map((each) => ({ name: name.text, span: each })),
    ...edits.map((edit) => ({ name: edit.whole, span: edit.span })),
  ];
}

/** `keep = 5` or `keep: 5`: neither an edit nor a path. */
const isPlain = ({ source, start, end }: Span): boolean =>
  /^["']?\w+["']?\s*[=:]/.test(source.text.slice(start, end));

const isIn = (span: Span, around: Span): boolean =>
  span.source === around.source && around.start <= span.start && span.end <= around.end;
