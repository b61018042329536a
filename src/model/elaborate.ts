/** Elaboration: expressions of the language to layers, by applying blocks and networks until only primitives are left. */
import { chosenBody, evaluate } from "../check/evaluate.ts";
import { longChain, neededFirst } from "../check/needed.ts";
import { unknownName } from "../check/operands.ts";
import { textOf } from "../check/values.ts";
import { checkCodes } from "../diagnostics/codes/check.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Argument, Body, Expression, Stage } from "../syntax/ast.ts";
import { buildLayer } from "./build-layer.ts";
import { applyUse, isBehind, withEdits } from "./edits.ts";
import {
  describeItem,
  evaluation,
  type Feature,
  failed,
  type Item,
  type ItemScope,
  type Site,
} from "./items.ts";
import { type ModuleCall, moduleScope } from "./module-scope.ts";
import { asFeature, enter, extend, type Place } from "./places.ts";
import { elementItem, isCallable, isFeature, mapsOf, pureItem, termsOf } from "./terms.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

const repeatLimit = 1000;

/** What an expression is. Feature maps are built on the way. */
export function itemOf(expression: Expression, place: Place): Item {
  const { scope, construction } = place;
  switch (expression.kind) {
    case "name":
      return (
        scope.lookup(expression.name) ??
        (isCallable(expression.name, construction)
          ? { kind: "layer", expression, scope }
          : pureItem(expression, place))
      );
    case "call":
      return isCallable(expression.callee.text, construction)
        ? { kind: "layer", expression, scope }
        : pureItem(expression, place);
    case "pipeline":
      return pipelineItem(expression, place);
    case "binary":
      return expression.operator === "+"
        ? sumItem(expression, undefined, place)
        : pureItem(expression, place);
    case "if": {
      const body = chosenBody(expression, evaluation(scope, construction, expression.span));
      return body ? bodyItem(body, place) : failed;
    }
    case "repeat":
      return { kind: "layer", expression, scope };
    case "member":
      return memberItem(expression, place);
    case "list":
      return listItem(expression, place);
    case "index":
      return isFeature(expression.target, scope)
        ? elementItem(expression, itemOf(expression.target, place), place)
        : pureItem(expression, place);
    default:
      return pureItem(expression, place);
  }
}

/** A list of feature maps feeds a layer that takes several: `[a, b] -> concat`. */
function listItem(expression: Node<"list">, place: Place): Item {
  if (!isFeature(expression, place.scope)) return pureItem(expression, place);
  const names = expression.items.map(({ span }) => textOf(span));
  return { kind: "features", names, get: (name) => itemOf(expression.items[names.indexOf(name)]!, place) };
}

/** A pipeline that begins with a feature map is one; else it is a layer made of layers. */
function pipelineItem(expression: Node<"pipeline">, place: Place): Item {
  const [head, ...rest] = expression.stages;
  const isSum = head!.value.kind === "binary" && head!.value.operator === "+";
  const first = isSum
    ? sumItem(head!.value as Node<"binary">, head!.as?.text, place)
    : itemOf(head!.value, place);
  if (first.kind === "layer") return { kind: "layer", expression, scope: place.scope };
  return rest.reduce<Item>((current, stage) => applyStage(stage, current, place), first);
}

/** `a + b + c` on feature maps is one addition. */
function sumItem(expression: Node<"binary">, name: string | undefined, place: Place): Item {
  const { construction, scope, site } = place;
  const items = termsOf(expression).map((term) => ({ term, item: itemOf(term, place) }));
  if (items.some(({ item }) => item.kind === "failed")) return failed;
  if (items.every(({ item }) => item.kind === "value")) return pureItem(expression, place);
  const features = items.map(({ term, item }) => asFeature(item, term.span, place));
  if (features.some((feature) => feature === undefined)) return failed;
  const layer = construction.catalog.components.layer.add!;
  const sum = buildLayer(
    { layer, arguments: [], scope, site, name, span: expression.span },
    features as readonly Feature[],
    construction,
  );
  return sum.kind === "feature" ? behind(sum.value, sum, place) : sum;
}

function memberItem(expression: Node<"member">, place: Place): Item {
  const target = itemOf(expression.target, place);
  if (target.kind === "failed") return failed;
  if (target.kind === "layer") {
    // A layer has no results before it is applied; `asFeature` says so.
    asFeature(target, expression.target.span, place);
    return failed;
  }
  if (target.kind !== "features") return pureItem(expression, place);
  const { text, span } = expression.member;
  if (target.names.includes(text)) return target.get(text);
  place.construction.report(
    unknownName(text, `result of \`${textOf(expression.target.span)}\``, span, target.names),
  );
  return failed;
}

/** The result of a body whose names are those of `place` and its own bindings. */
export function bodyItem(body: Body, place: Place): Item {
  const inside = { ...place, scope: bindingScope(body, place, () => place.site) };
  if (!body.result) return failed;
  const item = itemOf(body.result, inside);
  const input = item.kind === "layer" ? inside.scope.lookup("input") : undefined;
  return input ? applyStage({ value: body.result }, input, inside) : item;
}

/** Bindings are built when they are first needed, so that what nothing uses is not built. */
export function bindingScope(body: Body, outer: Place, siteOf: (name: string) => Site): ItemScope {
  const { construction } = outer;
  const known = new Map<string, Item | "running">();
  const bindings = new Map(body.bindings.toReversed().map((binding) => [binding.name.text, binding]));
  let running = 0;
  const scope: ItemScope = {
    lookup(name) {
      const binding = bindings.get(name);
      if (!binding) return outer.scope.lookup(name);
      const found = known.get(name);
      if (found && found !== "running") return found;
      if (found === "running") {
        construction.report(diagnose(checkCodes, "check/circular", { name }, { span: binding.name.span }));
        return failed;
      }
      known.set(name, "running");
      running++;
      const unknown = (other: string) => (known.has(other) ? undefined : bindings.get(other)?.value);
      if (running === longChain) for (const each of neededFirst(binding.value, unknown)) scope.lookup(each);
      const site = siteOf(name);
      const built = itemOf(binding.value, { construction, scope, site });
      const item = site === outer.site ? built : behind(site.path, built, { construction, scope, site });
      running--;
      known.set(name, item);
      construction.observe({ span: binding.name.span, path: siteOf(name).path, item });
      return item;
    },
    names: () => [...body.bindings.map((binding) => binding.name.text), ...outer.scope.names()],
  };
  return scope;
}

/** What stands behind `->`, with the changes that the model makes in it. */
export const applyStage = (stage: Pick<Stage, "value" | "as">, input: Item, place: Place): Item =>
  applyUse({ value: stage.value, name: stage.as?.text }, input, place, { apply, itemOf });

/** `item`, built at `path`, with what the model puts behind it. */
function behind(path: string, item: Item, place: Place): Item {
  if (item.kind !== "feature") return item;
  return withEdits(
    path,
    () => item,
    item,
    place,
    { apply, itemOf },
    () => undefined,
    isBehind,
  );
}

/** Applies an expression that stands behind `->` to what stands before it. */
export function apply(expression: Expression, input: Item, place: Place, name?: string): Item {
  if (input.kind === "failed") return failed;
  switch (expression.kind) {
    case "name":
      return applyName(expression, input, place, name);
    case "call":
      return applyCall(expression.callee.text, expression.arguments, expression.span, input, place, name);
    case "pipeline":
    case "list": {
      const stages: readonly Pick<Stage, "value" | "as">[] =
        expression.kind === "list" ? expression.items.map((value) => ({ value })) : expression.stages;
      const inside =
        name === undefined ? place : { ...place, site: enter(place.site, name, expression.span, true) };
      return stages.reduce<Item>((current, stage) => applyStage(stage, current, inside), input);
    }
    case "repeat":
      return applyRepeat(expression, input, place, name ?? "repeat");
    case "if": {
      const body = chosenBody(expression, evaluation(place.scope, place.construction, expression.span));
      const site = name === undefined ? place.site : enter(place.site, name, expression.span, true);
      return body ? bodyItem(body, { ...place, site, scope: extend(place.scope, { input }) }) : failed;
    }
    default:
      return applyItem(itemOf(expression, place), expression.span, input, place, name);
  }
}

function applyName(expression: Node<"name">, input: Item, place: Place, name: string | undefined): Item {
  const item = place.scope.lookup(expression.name);
  if (!item) return applyCall(expression.name, [], expression.span, input, place, name);
  return applyItem(item, expression.span, input, place, name ?? expression.name);
}

function applyItem(item: Item, span: Span, input: Item, place: Place, name: string | undefined): Item {
  if (item.kind === "failed") return failed;
  // What is built is shown where it is used, not where the layer was given its name.
  if (item.kind === "layer")
    return apply({ ...item.expression, span }, input, { ...place, scope: item.scope }, name);
  place.construction.report(
    diagnose(modelCodes, "model/not-a-layer", { text: textOf(span), found: describeItem(item) }, { span }),
  );
  return failed;
}

function applyCall(
  callee: string,
  given: readonly Argument[],
  span: Span,
  input: Item,
  place: Place,
  name: string | undefined,
): Item {
  const { construction, scope, site } = place;
  const module = construction.modules.get(callee);
  if (module?.isPartial) return failed;
  if (module) {
    const inside = { ...place, site: enter(site, name ?? callee, span, name !== undefined) };
    const before = construction.layers.length;
    const item = applyModule({ module, arguments: given, span }, input, inside);
    const layers = construction.layers.slice(before).map(({ path }) => path);
    construction.observe({ span, path: inside.site.path, input, item, module, layers });
    return item;
  }
  const layer = construction.catalog.components.layer[callee];
  if (!layer)
    return applyItem(pureItem({ kind: "name", name: callee, span }, place), span, input, place, name);
  const features = layer.arity === 1 ? [asFeature(input, span, place, callee)] : mapsOf(input, span, place);
  return features.every((feature) => feature !== undefined)
    ? buildLayer({ layer, arguments: given, scope, site, name, span }, features, construction)
    : failed;
}

/** `place` is that of the call: its scope is what the arguments mean, its site where the module builds. */
function applyModule(call: ModuleCall, input: Item, place: Place): Item {
  const { module } = call;
  const scope = moduleScope(call, input, place, itemOf);
  if (!scope) return failed;
  const inside = { ...place, scope };
  if (module.form === "block" || !module.results) return bodyItem(module.body, inside);
  const { site } = place;
  const bindings = bindingScope(module.body, inside, (name) => ({ ...site, path: `${site.path}.${name}` }));
  const names = module.results.map((name) => name.text);
  return { kind: "features", names, get: (name) => bindings.lookup(name) ?? failed };
}

function applyRepeat(expression: Node<"repeat">, input: Item, place: Place, name: string): Item {
  const { construction, scope, site } = place;
  const times = evaluate(expression.times, evaluation(scope, construction, expression.span));
  if (times.kind === "open") return failed;
  if (
    times.kind !== "number" ||
    !Number.isInteger(times.value) ||
    times.value < 0 ||
    times.value > repeatLimit
  ) {
    const values = { text: textOf(expression.times.span), most: repeatLimit };
    construction.report(diagnose(modelCodes, "model/repeat-count", values, { span: expression.times.span }));
    return failed;
  }
  let current = input;
  for (let index = 0; index < times.value; index++) {
    const value: Item = { kind: "value", value: { kind: "number", value: index, span: expression.span } };
    const names = expression.index && { [expression.index.text]: value };
    const inside = enter(site, `${name}[${index}]`, expression.span, true);
    const turn = (input: Item): Item =>
      bodyItem(expression.body, {
        construction,
        scope: extend(scope, { ...names, input }),
        site: inside,
      });
    current = withEdits(inside.path, turn, current, place, { apply, itemOf }, () => `${name}[${index}]`);
  }
  return current;
}
