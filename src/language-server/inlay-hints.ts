/** Shapes behind the layers, networks and RoI ops that change them, between the words of the text. */
import { type InlayHint, InlayHintKind, type Range } from "vscode-languageserver";
import type { FeatureShape, Model } from "../model/model.ts";
import { sameShape, showShape } from "../model/shapes.ts";
import type { Use } from "./uses.ts";
import type { Snapshot } from "./workspace.ts";

/** Most different shapes of one text that are written out. */
const mostShapes = 2;

export function inlayHints(snapshot: Snapshot, range: Range): readonly InlayHint[] {
  const { text } = snapshot;
  const [from, to] = [text.offsetAt(range.start), text.offsetAt(range.end)];
  const byEnd = new Map<number, string[]>();
  for (const { end, shape } of [...usesIn(snapshot), ...pooledIn(snapshot)])
    if (end >= from && end <= to) byEnd.set(end, [...(byEnd.get(end) ?? []), shape]);
  return [...byEnd].map(([end, shapes]) => ({
    position: text.positionAt(end),
    label: label(shapes),
    kind: InlayHintKind.Type,
    paddingLeft: true,
    ...(shapes.length > 1 && { tooltip: `${shapes.length} uses` }),
  }));
}

interface Shown {
  readonly end: number;
  readonly shape: string;
}

/** Bindings have no input of their own: the shape stands where it is made. */
const usesIn = ({ uses }: Snapshot): readonly Shown[] =>
  uses.flatMap((use) => {
    const shape = changedShape(use);
    return shape ? [{ end: use.span.end, shape }] : [];
  });

function changedShape({ input, shape, results = [] }: Use): string | undefined {
  const [first, ...others] = results;
  // Editors show some forty characters a line; hover has them all.
  if (first) return `${showShape(first.shape)}${others.length > 0 ? " ..." : ""}`;
  return input && shape && !sameShape(input, shape) ? showShape(shape) : undefined;
}

/** Of the models of this very text: where its parts stand is known of no other. */
const pooledIn = ({ analysis, text }: Snapshot): readonly Shown[] =>
  analysis.models.flatMap((model) =>
    poolsOf(model).flatMap(([path, shape]): readonly Shown[] => {
      const place = model.places[path];
      return place && shape && place.source.text === text.getText()
        ? [{ end: place.end, shape: showShape(shape) }]
        : [];
    }),
  );

const poolsOf = ({ regions }: Model): readonly (readonly [path: string, FeatureShape | undefined])[] => [
  ["regions.pool", regions.trunk.inputs[0]?.shape],
  ...regions.heads.map((head) => [`regions.${head.name}.pool`, head.layers.inputs[0]?.shape] as const),
];

function label(all: readonly string[]): string {
  const shapes = [...new Set(all)];
  return shapes.length > mostShapes ? `${shapes.length} shapes` : shapes.join(" | ");
}
