/** One use of a primitive layer: its attributes, its shape, its path. */

import { evaluate } from "../check/evaluate.ts";
import { bindComponent, createProjection, projectArguments } from "../check/project.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Argument } from "../syntax/ast.ts";
import { argumentsOf } from "./convert.ts";
import {
  type Attributes,
  type Construction,
  evaluation,
  type Feature,
  failed,
  type Item,
  type ItemScope,
  type Site,
} from "./items.ts";
import type { LayerDef } from "./layer.ts";
import { argumentsKey } from "./value-key.ts";

const mostLayers = 10_000;

export interface Use {
  readonly layer: LayerDef;
  readonly arguments: readonly Argument[];
  /** What its arguments mean. */
  readonly scope: ItemScope;
  readonly site: Site;
  /** From `as`, or of the parameter that held the layer. */
  readonly name?: string | undefined;
  readonly span: Span;
}

export function buildLayer(use: Use, inputs: readonly Feature[], construction: Construction): Item {
  const { layer, site, span } = use;
  const given = attributesOf(use, construction);
  if (!given) return failed;
  const attributes = layer.settle?.(given) ?? given;
  const inputShapes = inputs.map((input) => input.shape);
  const derived = layer.derive(inputShapes, attributes);
  const path = claimPath(use, construction);
  if ("problem" in derived) {
    const values = { layer: layer.name, path, problem: derived.problem };
    construction.report(diagnose(modelCodes, "model/shape", values, { span, related: usesOf(site) }));
    return failed;
  }
  if (construction.layers.length === mostLayers) {
    construction.report(diagnose(modelCodes, "model/too-large", { most: mostLayers }, { span }));
  }
  if (construction.layers.length >= mostLayers) return failed;
  construction.layers.push({
    path,
    layer: layer.name,
    attributes,
    inputs: inputs.map((input) => input.value),
    inputShapes,
    output: derived.shape,
    ...(site.chain[0] && { module: site.chain[0].name }),
    span,
  });
  const item = { kind: "feature", value: path, shape: derived.shape } as const;
  construction.observe({ span, path, input: inputs[0], item });
  return item;
}

/** The uses that led to a site, innermost first. */
export const usesOf = ({ chain }: Site): NonNullable<Diagnostic["related"]> =>
  chain.toReversed().map(({ name, span }) => ({ message: `\`${name}\` is used here`, span }));

/** Attributes with defaults; none where an argument is wrong or not known. */
function attributesOf(
  { layer, arguments: given, scope, span }: Use,
  construction: Construction,
): Attributes | undefined {
  let wrong = false;
  const report = (diagnostic: Diagnostic): void => {
    wrong = true;
    construction.report(diagnostic);
  };
  const values = given.map((argument) => ({
    ...argument,
    value: evaluate(argument.value, { ...evaluation(scope, construction, argument.span), report }),
  }));
  const key = argumentsKey(values);
  const call = key === undefined || wrong ? undefined : `${layer.name}(${key})`;
  const known = call === undefined ? undefined : construction.known.layers.get(call);
  if (known) return known;
  const projection = createProjection(construction.catalog, report);
  const bound = bindComponent(layer, values, report);
  const json = projectArguments(layer.name, span, layer.parameters, bound, "", projection);
  construction.validate(json, `layer.${layer.name}`, projection, scope.names);
  if (wrong || projection.open.size > 0) return undefined;
  const attributes = argumentsOf(layer, bound, construction.catalog);
  if (call !== undefined) construction.known.layers.set(call, attributes);
  return attributes;
}

/** The path of the use. Layers without state are numbered where they are alike; with state they need names. */
function claimPath({ layer, site, name, span }: Use, { paths, known, report }: Construction): string {
  const wanted = `${site.path}.${name ?? layer.name}`;
  let path = wanted;
  let count = known.alike.get(wanted) ?? 1;
  while (paths.has(path)) path = `${wanted}.${++count}`;
  known.alike.set(wanted, count);
  if (path !== wanted && layer.parametric) {
    const first = paths.get(wanted)!;
    const isTaken = (other: string): boolean => paths.has(`${site.path}.${other}`);
    const fixes = nameFix(first, { ...site, span }, { name: name ?? layer.name, count, isTaken });
    const related = [{ message: "the other one", span: first.span }, ...usesOf(site)];
    report(
      diagnose(modelCodes, "model/alike", { layer: layer.name, path: wanted }, { span, related, fixes }),
    );
  }
  paths.set(path, { ...site, span });
  return path;
}

type Claim = Site & { readonly span: Span };

interface Naming {
  readonly name: string;
  /** How many are called so, this one included. */
  readonly count: number;
  readonly isTaken: (name: string) => boolean;
}

/** `as` goes to the outermost use in which the two differ and that has no name yet. */
function nameFix(first: Claim, second: Claim, { name, count, isTaken }: Naming): readonly Fix[] {
  const differs = second.chain.find((frame, index) => frame.span.start !== first.chain[index]?.span.start);
  const frame = differs && !differs.named ? differs : { name, span: second.span };
  let number = count;
  while (isTaken(`${frame.name}${number}`)) number++;
  const text = `as ${frame.name}${number}`;
  const span = { ...frame.span, start: frame.span.end };
  return [{ title: `add \`${text}\``, edits: [{ span, text: ` ${text}` }] }];
}
