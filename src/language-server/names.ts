/** What each name in a tree stands for: who declares it, and wherever else it is meant. */
import type { Span } from "../diagnostics/span.ts";
import type { Declarations } from "../merge/declarations.ts";
import type { Block, Body, Document, Expression, Module, Name } from "../syntax/ast.ts";
import { partsOf } from "../syntax/parts-of.ts";
import { type HeadNames, headNames } from "./head-names.ts";
import { sameFile } from "./ranges.ts";

export type DeclaredKind =
  | "network"
  | "block"
  | "model"
  | "constant"
  | "parameter"
  | "input"
  | "binding"
  | "result"
  | "index"
  | "head";

export interface Declared {
  readonly kind: DeclaredKind;
  readonly name: string;
  /** Of its name, where it is declared. */
  readonly span: Span;
  /** The module in which it is known. */
  readonly owner?: string;
}

/** One place where a symbol is named. */
export interface Occurrence {
  readonly symbol: Declared;
  readonly span: Span;
}

export const sameSymbol = (a: Declared, b: Declared): boolean =>
  a.span.source.name === b.span.source.name ? a.span.start === b.span.start : isTwin(a, b);

/** The same declaration in the other notation of its file; what is local goes by its module too. */
const isTwin = (a: Declared, b: Declared): boolean =>
  a.kind === b.kind &&
  a.name === b.name &&
  a.owner === b.owner &&
  sameFile(a.span.source.name, b.span.source.name);

/** Undefined hides what is further out: `input`, which nobody declares. */
type Locals = ReadonlyMap<string, Declared | undefined>;

interface Walk {
  readonly declarations: Declarations;
  readonly heads: HeadNames;
  readonly locals: Locals;
  /** Name of the module around. */
  readonly owner?: string;
  readonly found: Occurrence[];
}

const noLocals: Locals = new Map();

/** All occurrences in `tree`; `declarations` are those of the files that it sees, itself included. */
export function occurrencesIn(tree: Document, declarations: Declarations): readonly Occurrence[] {
  const walk: Walk = { declarations, heads: headNames(declarations), locals: noLocals, found: [] };
  for (const each of tree.declarations) {
    if (each.kind === "module") visitModule(each, walk);
    else if (each.kind === "setting") {
      const name = each.path[0]!;
      walk.found.push({ symbol: { kind: "constant", name: name.text, span: name.span }, span: name.span });
      visit(each.value, walk);
    } else visitBlock(each, walk);
  }
  return walk.found;
}

export const moduleSymbol = ({ form, name }: Module): Declared => ({
  kind: form,
  name: name.text,
  span: name.span,
});

const modelSymbol = (name: Name): Declared => ({ kind: "model", name: name.text, span: name.span });

/** What is declared for all files. */
export function globalSymbol(
  name: string,
  { modules, constants, models }: Declarations,
): Declared | undefined {
  const module = modules.get(name);
  if (module) return moduleSymbol(module);
  const constant = constants.get(name);
  if (constant) return { kind: "constant", name, span: constant.name.span };
  const model = models.get(name);
  return model?.label && modelSymbol(model.label);
}

function symbolOf(name: string, { locals, declarations }: Walk): Declared | undefined {
  return locals.has(name) ? locals.get(name) : globalSymbol(name, declarations);
}

function mention(name: Name, walk: Walk): Declared | undefined {
  const symbol = symbolOf(name.text, walk);
  if (symbol) walk.found.push({ symbol, span: name.span });
  return symbol;
}

function visitModule(module: Module, walk: Walk): void {
  walk.found.push({ symbol: moduleSymbol(module), span: module.name.span });
  const owner = module.name.text;
  const inputs = module.on?.map((name): [string, Declared] => [
    name.text,
    symbolFor("input", name, owner),
  ]) ?? [["input", undefined] as const];
  const parameters = module.parameters.map(
    ({ name }) => [name.text, symbolFor("parameter", name, owner)] as const,
  );
  const results = new Set(module.results?.map((name) => name.text));
  const inside = { ...walk, owner, locals: new Map([...walk.locals, ...inputs, ...parameters]) };
  for (const { name, default: value } of module.parameters) {
    mention(name, inside);
    if (value) visit(value, walk);
  }
  for (const name of module.on ?? []) mention(name, inside);
  const bindings = visitBody(module.body, inside, (name) => (results.has(name) ? "result" : "binding"));
  for (const name of module.results ?? []) mention(name, bindings);
}

const symbolFor = (kind: DeclaredKind, name: Name, owner?: string): Declared => ({
  kind,
  name: name.text,
  span: name.span,
  ...(owner !== undefined && { owner }),
});

/** Gives the walk in which the names of the body are known. */
function visitBody(body: Body, walk: Walk, kindOf: (name: string) => DeclaredKind = () => "binding"): Walk {
  const bindings = body.bindings.map(
    ({ name }) => [name.text, symbolFor(kindOf(name.text), name, walk.owner)] as const,
  );
  const inside = { ...walk, locals: new Map([...walk.locals, ...bindings]) };
  for (const { name, value } of body.bindings) {
    mention(name, inside);
    visit(value, inside);
  }
  if (body.result) visit(body.result, inside);
  return inside;
}

function visit(expression: Expression, walk: Walk): void {
  switch (expression.kind) {
    case "name":
      mention({ text: expression.name, span: expression.span }, walk);
      break;
    case "call": {
      const symbol = mention(expression.callee, walk);
      const module = isModule(symbol) ? walk.declarations.modules.get(symbol.name) : undefined;
      for (const { name, value } of expression.arguments) {
        const parameter = name && module?.parameters.find((each) => each.name.text === name.text);
        if (parameter)
          walk.found.push({ symbol: symbolFor("parameter", parameter.name, symbol!.name), span: name.span });
        visit(value, walk);
      }
      break;
    }
    case "if":
      visit(expression.condition, walk);
      visitBody(expression.then, walk);
      visitBody(expression.else, walk);
      break;
    case "repeat": {
      visit(expression.times, walk);
      const { index } = expression;
      const names = new Map([...walk.locals, ["input", undefined] as const]);
      if (index) names.set(index.text, symbolFor("index", index, walk.owner));
      const inside = { ...walk, locals: names };
      if (index) mention(index, inside);
      visitBody(expression.body, inside);
      break;
    }
    default:
      for (const part of partsOf(expression)) visit(part, walk);
  }
}

const isModule = (symbol: Declared | undefined): symbol is Declared =>
  symbol?.kind === "network" || symbol?.kind === "block";

function visitBlock(block: Block, walk: Walk): void {
  const isModel = block.keyword.text === "model";
  if (isModel && block.label) walk.found.push({ symbol: modelSymbol(block.label), span: block.label.span });
  const base = block.extends && walk.declarations.models.get(block.extends.text);
  if (base?.label) walk.found.push({ symbol: modelSymbol(base.label), span: block.extends!.span });
  visitEntries(block, isModel ? block : baseOf(block, walk), walk);
}

/** The model that an ablation varies. */
function baseOf({ entries }: Block, { declarations }: Walk): Block | undefined {
  const base = entries.find((entry) => entry.kind === "setting" && entry.path[0]!.text === "base");
  const name = base?.kind === "setting" && base.value.kind === "name" ? base.value.name : undefined;
  return name === undefined ? undefined : declarations.models.get(name);
}

function visitEntries(block: Block, model: Block | undefined, walk: Walk): void {
  if (block.on) visit(block.on, walk);
  for (const entry of block.entries) {
    if (entry.kind === "block") {
      // `mask.AP` is a measure, whatever the heads are called.
      if (entry.keyword.text === "published") continue;
      for (const part of labelParts(entry.label)) visitHead(part, model, walk);
      visitEntries(entry, model, walk);
      continue;
    }
    const isKeyAlone = entry.kind === "setting" && entry.path.length === 1;
    if (!isKeyAlone) for (const part of entry.path) visitHead(part, model, walk);
    if (entry.value) visit(entry.value, walk);
    if (entry.kind === "edit" && entry.block) visitEntries(entry.block, model, walk);
  }
}

/** A label is one name, or the path that `vary` is about. */
function labelParts(label: Name | undefined): readonly Name[] {
  if (!label) return [];
  const { text, span } = label;
  const isPath = span.end - span.start === text.length;
  if (!isPath || !text.includes(".")) return [label];
  return [...text.matchAll(/[^.]+/g)].map(({ 0: part, index }) => {
    const start = span.start + index;
    return { text: part, span: { ...span, start, end: start + part.length } };
  });
}

/** A head goes by the name that it was first given, in the model or in one that it extends. */
function visitHead(name: Name, model: Block | undefined, walk: Walk): void {
  const first = model && walk.heads(model, name.text);
  if (first) walk.found.push({ symbol: symbolFor("head", first), span: name.span });
}
