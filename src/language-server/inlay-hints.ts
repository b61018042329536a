/** Shapes behind the layers that change them, between the words of the text. */
import { type InlayHint, InlayHintKind, type Range } from "vscode-languageserver";
import { sameShape, showShape } from "../model/shapes.ts";
import type { Use } from "./uses.ts";
import type { Snapshot } from "./workspace.ts";

/** Most different shapes of one text that are written out. */
const mostShapes = 2;

export function inlayHints({ text, uses }: Snapshot, range: Range): readonly InlayHint[] {
  const [from, to] = [text.offsetAt(range.start), text.offsetAt(range.end)];
  const byEnd = new Map<number, Use[]>();
  for (const use of uses) {
    const { end } = use.span;
    if (end < from || end > to || !changesShape(use)) continue;
    byEnd.set(end, [...(byEnd.get(end) ?? []), use]);
  }
  return [...byEnd].map(([end, group]) => ({
    position: text.positionAt(end),
    label: label(group),
    kind: InlayHintKind.Type,
    paddingLeft: true,
    ...(group.length > 1 && { tooltip: `${group.length} uses` }),
  }));
}

/** Bindings have no input of their own: the shape stands where it is made. */
const changesShape = ({ input, shape }: Use): boolean =>
  input !== undefined && shape !== undefined && !sameShape(input, shape);

function label(uses: readonly Use[]): string {
  const shapes = [...new Set(uses.map(({ shape }) => showShape(shape!)))];
  return shapes.length > mostShapes ? `${shapes.length} shapes` : shapes.join(" | ");
}
