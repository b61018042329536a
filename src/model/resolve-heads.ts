/** The heads of the second stage: what each reads, its layers, and the width of its last layer. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { HeadFrom, HeadModel, LossModel } from "./head-model.ts";
import { fromOf, type HeadSource, headSource } from "./head-source.ts";
import { known, orHole, part, unknown } from "./holes.ts";
import type { FeatureShape, Initializer, Network, RoiOpModel } from "./model.ts";
import { pooledShape, resolvePool } from "./resolve-pool.ts";
import { resolveCoder } from "./resolve-rpn.ts";
import { type Resolving, reportOutput, sequence } from "./resolving.ts";
import { placeOf, type SectionView, settingOf, subsection, type TypedView } from "./section.ts";
import { showShape } from "./shapes.ts";

/** What heads of one model have in common. */
export interface HeadSite {
  /** Of the feature maps that regions are pooled from. */
  readonly channels: () => number;
  /** Foreground classes. */
  readonly classes: () => number;
  readonly trunk: () => Network;
}

/** All heads, with holes where they are wrong. */
export function resolveHeads(
  views: readonly TypedView[],
  regions: SectionView,
  site: HeadSite,
  resolving: Resolving,
): readonly HeadModel[] {
  checkHeads(views, regions, resolving);
  known(() => checkTrunk(views, regions, site, resolving));
  const bodies = createBodies(views, site, resolving);
  const heads = views.map((view) =>
    resolveHead(
      view,
      part(() => bodies(view, [view.name])),
      site,
      resolving,
    ),
  );
  return regions.block && !regions.block.isPartial ? heads : unknown();
}

/** Losses of the RPN and the sum, which stand beside those of the heads. */
const lossNames = ["objectness", "rpnBoxes", "loss"];

function checkHeads(heads: readonly TypedView[], view: SectionView, { report }: Resolving): void {
  const count = (type: string): number => heads.filter((head) => head.type === type).length;
  const problems = [
    count("classify") === 1
      ? undefined
      : `it needs one head that classifies, and there are ${count("classify")}`,
    count("regress") === 1
      ? undefined
      : `it needs one head that regresses boxes, and there are ${count("regress")}`,
    count("segment") <= 1 ? undefined : `it takes one head that segments, and there are ${count("segment")}`,
  ];
  // Where a head could not be read, nobody knows how many there are.
  const isWhole = view.block && !view.block.isPartial;
  for (const problem of isWhole ? problems : []) {
    if (problem !== undefined) report(diagnose(modelCodes, "model/heads", { problem }, { span: view.span }));
  }
  const taken = [
    ...Object.keys(view.section.parameters),
    ...Object.keys(view.section.sections),
    ...lossNames,
  ];
  for (const { name, block } of heads) {
    const problem = `\`${name}\` already names something else, so that no head can be called so`;
    if (taken.includes(name))
      report(diagnose(modelCodes, "model/heads", { problem }, { span: block?.label?.span }));
  }
}

function resolveHead(view: TypedView, body: () => Body, site: HeadSite, resolving: Resolving): HeadModel {
  const { values, name, span } = view;
  const common: Common = {
    name,
    path: `regions.${name}`,
    pool: orHole(() => body().pool),
    ...known(() => body().from && { from: body().from }),
    layers: orHole(() => body().layers),
    initializer: orHole(() => values.initializer as unknown as Initializer),
    biasInitializer: orHole(() => values.biasInitializer as unknown as Initializer),
    weight: orHole(() => values.weight as number),
    span,
  };
  switch (view.type) {
    case "classify":
      known(() => checkVector(view, body().output, resolving));
      return resolveClassify(view, common, site);
    case "regress":
      known(() => checkVector(view, body().output, resolving));
      return resolveRegress(view, common, site, resolving);
    default:
      return resolveSegment(view, common, () => body().output, site, resolving);
  }
}

type Common = Pick<
  HeadModel,
  "name" | "path" | "pool" | "from" | "layers" | "initializer" | "biasInitializer" | "weight" | "span"
>;

interface Body {
  readonly pool: RoiOpModel | null;
  readonly from?: HeadFrom;
  readonly layers: Network;
  readonly output: FeatureShape;
}

/** The body of a head, made once; `chain` are the heads that led to it. */
type Bodies = (view: TypedView, chain: readonly string[]) => Body;

function createBodies(heads: readonly TypedView[], site: HeadSite, resolving: Resolving): Bodies {
  const made = new Map<string, () => Body>();
  const bodies: Bodies = (view, chain) => {
    const found = made.get(view.name) ?? part(() => resolveBody(view, chain, site, sourceOf, resolving));
    made.set(view.name, found);
    return found();
  };
  const sourceOf = (view: TypedView, chain: readonly string[]) => {
    const outputOf = (head: TypedView) => bodies(head, [...chain, head.name]).output;
    return headSource(view, chain, { trunk: site.trunk, heads, outputOf }, resolving);
  };
  return bodies;
}

/** A head pools for itself where it has a `pool`, and else goes on from what `from` names. */
function resolveBody(
  view: TypedView,
  chain: readonly string[],
  { channels }: HeadSite,
  sourceOf: (view: TypedView, chain: readonly string[]) => HeadSource,
  resolving: Resolving,
): Body {
  const [own, from] = [settingOf(view, "pool"), settingOf(view, "from")];
  if (own && from) {
    const related = [{ message: "`from` is set here", span: from.span }];
    resolving.report(
      diagnose(modelCodes, "model/two-sources", { head: view.name }, { span: own.span, related }),
    );
  }
  const pool = view.values.pool === undefined ? null : resolvePool(view, resolving);
  const source = pool ? { shape: pooledShape(pool, channels()) } : sourceOf(view, chain);
  const { shape, ...origin } = source;
  const isEmpty = !settingOf(view, "layers") && !view.block?.isPartial;
  if (isEmpty) return { pool, ...origin, layers: noLayers(shape), output: shape };
  const layers = sequence(view, "layers", `regions.${view.name}.layers`, shape, resolving);
  return { pool, ...origin, layers, output: layers.results[0]!.shape };
}

const noLayers = (shape: FeatureShape): Network => ({
  inputs: [{ name: "input", shape }],
  layers: [],
  results: [{ name: "output", value: "input", shape }],
});

/** Dense layers follow; where the head has nothing of its own, the trunk has been told already. */
function checkVector(view: TypedView, output: FeatureShape, resolving: Resolving): void {
  if (output.kind !== "vector" && !followsTrunk(view))
    reportSource(view, showShape(output), vectorWanted, resolving);
}

const vectorWanted = "a vector; end it with `flatten`";

/** Whether the last layer of the head stands right behind the trunk. */
const followsTrunk = (view: TypedView): boolean =>
  !settingOf(view, "pool") && !settingOf(view, "layers") && fromOf(view) === "trunk";

function checkTrunk(
  heads: readonly TypedView[],
  regions: SectionView,
  { trunk }: HeadSite,
  resolving: Resolving,
): void {
  const { shape } = trunk().results[0]!;
  if (shape.kind === "vector") return;
  if (heads.some((head) => head.type !== "segment" && followsTrunk(head)))
    reportOutput(regions, "trunk", showShape(shape), vectorWanted, resolving);
}

/** Reports at the layers, or where there are none, at the head. */
function reportSource(view: TypedView, found: string, wanted: string, resolving: Resolving): void {
  if (settingOf(view, "layers")) {
    reportOutput(view, "layers", found, wanted, resolving);
    return;
  }
  const values = { what: `What \`${view.name}\` reads`, found, wanted };
  resolving.report(diagnose(modelCodes, "model/head-output", values, { span: view.span }));
}

/** Losses whose scores stand alone: the background is what none of the classes claims. */
const oneAgainstRest = new Set(["binaryCrossEntropy", "focal", "hinge"]);

function resolveClassify({ values }: TypedView, common: Common, { classes }: HeadSite): HeadModel {
  const loss = part(() => values.loss as unknown as LossModel);
  return {
    kind: "classify",
    ...common,
    outputs: orHole(() => (oneAgainstRest.has(loss().kind) ? classes() : classes() + 1)),
    loss: orHole(loss),
  };
}

function resolveRegress(
  view: TypedView,
  common: Common,
  { classes }: HeadSite,
  resolving: Resolving,
): HeadModel {
  const { values } = view;
  const perClass = part(() => values.perClass as boolean);
  const withBackground = part(() => values.withBackground as boolean);
  return {
    kind: "regress",
    ...common,
    perClass: orHole(perClass),
    withBackground: orHole(() => perClass() && withBackground()),
    outputs: orHole(() => (perClass() ? 4 * (classes() + (withBackground() ? 1 : 0)) : 4)),
    coder: orHole(() => resolveCoder(subsection(view, "coder", resolving))),
    loss: orHole(() => values.loss as unknown as LossModel),
  };
}

function resolveSegment(
  view: TypedView,
  common: Common,
  output: () => FeatureShape,
  { classes }: HeadSite,
  resolving: Resolving,
): HeadModel {
  const written = part(() => view.values.loss as { readonly [key: string]: PlainValue });
  const perClass = part(() => (written().perClass ?? true) as boolean);
  // A softmax over the pixels' classes needs the background among them (He et al. 2017, section 4.2).
  const isSoftmax = () => written().kind === "softmaxCrossEntropy";
  const withBackground = part(() => isSoftmax() || (perClass() && (view.values.withBackground as boolean)));
  return {
    kind: "segment",
    ...common,
    perClass: orHole(perClass),
    withBackground: orHole(withBackground),
    outputs: orHole(() => (perClass() ? classes() + (withBackground() ? 1 : 0) : 1)),
    size: orHole(() => maskSize(view, output(), resolving)),
    loss: orHole(() => {
      const { perClass: _, ...loss } = written();
      return loss as unknown as LossModel;
    }),
  };
}

/** The side of a map is that of the masks; behind a vector the text gives it. */
function maskSize(view: TypedView, output: FeatureShape, resolving: Resolving): number {
  const written = view.values.size as number | undefined;
  const span = placeOf(view, "size");
  if (output.kind === "vector") {
    if (written !== undefined) return written;
    resolving.report(diagnose(modelCodes, "model/mask-size", { found: showShape(output) }, { span }));
    return unknown();
  }
  if (output.kind !== "region" || output.height !== output.width) {
    reportSource(view, showShape(output), "a square map", resolving);
    return unknown();
  }
  if (written !== undefined && written !== output.height) {
    const source = settingOf(view, "layers") ?? settingOf(view, "pool");
    const related = source && [{ message: `it gives ${showShape(output)}`, span: source.span }];
    const text = String(output.height);
    const fixes = [{ title: `write \`size = ${text}\``, edits: [{ span, text }] }];
    const values = { written, found: output.height };
    resolving.report(diagnose(modelCodes, "model/mask-targets", values, { span, related, fixes }));
  }
  return output.height;
}
