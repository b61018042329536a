/** A config as one text that stands alone: nothing inherited, nothing left to a default, nothing used from elsewhere. */

import type { Section } from "../check/catalog.ts";
import { evaluate } from "../check/evaluate.ts";
import type { MergedBlock, MergedEntry, MergedSetting } from "../merge/spec.ts";
import { argumentsOf } from "../model/convert.ts";
import { idleIn } from "../model/rules/no-effect.ts";
import { runLengths } from "../model/run-length.ts";
import { nameOf, nowhere, toExpression } from "../model/to-expression.ts";
import {
  type Block,
  type Declaration,
  type Document,
  type Edit,
  type Entry,
  type Name,
  pathText,
  type Setting,
} from "../syntax/ast.ts";
import { print } from "../syntax/print.ts";
import type { Config } from "./config.ts";

/** Reading the text gives the same model, and the same text again. */
export function resolvedText(config: Config): string {
  const { spec, catalog, model } = config;
  const body = sectionEntries(spec.model, catalog.model, [], config);
  const block: Block = {
    kind: "block",
    keyword: nameOf("model"),
    label: nameOf(model.name),
    entries: [...classesOf(config), ...body.entries, ...body.edits],
    ...(model.documentation !== "" && { documentation: model.documentation }),
    span: nowhere,
  };
  const modules = modulesOf(config);
  const declarations = [...constantsOf(config, [modules, block]), ...modules, block];
  const document: Document = {
    kind: "document",
    source: nowhere.source,
    uses: [],
    declarations,
    comments: [],
  };
  return print(unplaced(document));
}

/** Written out where the text leaves it to the data set. */
function classesOf({ spec, model }: Config): readonly Setting[] {
  const written = spec.model.entries.some(
    (entry) => entry.kind === "setting" && entry.name.text === "classes",
  );
  const value = { kind: "number", value: model.classes, span: nowhere } as const;
  return written ? [] : [{ kind: "setting", path: [nameOf("classes")], value, span: nowhere }];
}

interface Body {
  readonly entries: readonly Entry[];
  /** Of all settings inside, to stand at the end of the model. */
  readonly edits: readonly Edit[];
}

/** Keys in the order of the catalogue, then blocks. */
function sectionEntries(
  block: MergedBlock | undefined,
  section: Section,
  path: readonly Name[],
  config: Config,
  labelled = path,
): Body {
  const { catalog, scope, spec } = config;
  const settings = (block?.entries ?? []).filter((entry) => entry.kind === "setting");
  const written = new Map(settings.map((setting) => [setting.name.text, setting]));
  const isLayers = (key: string): boolean =>
    ["layers", "network"].includes(section.parameters[key]?.kind.kind ?? "");
  const bound = new Map(
    settings
      .filter(({ name }) => !isLayers(name.text))
      .map(({ name, value }) => [name.text, { value: evaluate(value, { scope, report: () => {} }) }]),
  );
  const values = argumentsOf(section, bound, catalog);
  const idle = new Set(idleIn(config).map((each) => each.path));
  const replaced = new Set(section.name === "train" ? replacedLengths(settings, spec) : []);
  const entries = Object.entries(section.parameters).flatMap(([key, { kind }]): readonly Setting[] => {
    // A default that nothing reads would be told of as a value without effect.
    if (!written.has(key) && idle.has(pathText([...labelled, nameOf(key)]))) return [];
    if (replaced.has(key)) return [];
    const value = values[key];
    const expression = isLayers(key)
      ? written.get(key)?.value
      : value !== undefined && toExpression(value, kind, catalog);
    if (!expression) return [];
    return [{ kind: "setting", path: [nameOf(key)], value: expression, span: nowhere }];
  });
  const inner = Object.entries(section.sections).flatMap(([keyword, subsection]) =>
    subsection.kind === "one"
      ? oneBlock(block, keyword, subsection, path, config)
      : typedBlocks(block, keyword, subsection.types, path, config),
  );
  return {
    entries: [...entries, ...inner.flatMap((each) => each.entries)],
    edits: [...settings.flatMap((setting) => editsOf(setting, path)), ...inner.flatMap((each) => each.edits)],
  };
}

const blocksIn = (block: MergedBlock | undefined, keyword: string): readonly MergedBlock[] =>
  (block?.entries ?? []).filter(
    (entry: MergedEntry): entry is MergedBlock => entry.kind === "block" && entry.keyword.text === keyword,
  );

/** A block that the text leaves out has its defaults, unless leaving it out means something. */
function oneBlock(
  around: MergedBlock | undefined,
  keyword: string,
  { section }: { readonly section: Section },
  path: readonly Name[],
  config: Config,
): readonly Body[] {
  const [block] = blocksIn(around, keyword);
  if (!block && section.on) return [];
  const name = nameOf(keyword);
  const { entries, edits } = sectionEntries(block, section, [...path, name], config);
  if (entries.length === 0 && !block) return [];
  const on = block?.on;
  return [{ entries: [{ kind: "block", keyword: name, ...(on && { on }), entries, span: nowhere }], edits }];
}

/** Lengths of the run that a later text gave in another unit. */
const replacedLengths = (settings: readonly MergedSetting[], spec: Config["spec"]): readonly string[] =>
  runLengths(settings, spec)
    .slice(1)
    .map(({ key }) => key);

function typedBlocks(
  around: MergedBlock | undefined,
  keyword: string,
  types: Readonly<Record<string, Section>>,
  path: readonly Name[],
  config: Config,
): readonly Body[] {
  return blocksIn(around, keyword).map((block) => {
    const [name, label, type] = [nameOf(keyword), block.label!, block.type!];
    const inside = [...path, name, label];
    const { entries, edits } = sectionEntries(block, types[type.text]!, inside, config, [...path, label]);
    return { entries: [{ kind: "block", keyword: name, label, type, entries, span: nowhere }], edits };
  });
}

/** `set` may add an argument, as `replace` may at the path of a use. */
const editsOf = ({ name, edits = [] }: MergedSetting, around: readonly Name[]): readonly Edit[] =>
  edits.map(({ action, path, value, side }) => ({
    kind: "edit",
    action: action === "set" ? "replace" : action,
    path: [...around, name, ...path],
    ...(value && { value }),
    ...(side && { side }),
    span: nowhere,
  }));

/** Those that layers name, and those that these follow from: all other values stand as they are. */
function constantsOf({ spec }: Config, texts: readonly unknown[]): readonly Setting[] {
  const used = new Set<string>();
  const visit = (tree: unknown): void => {
    if (typeof tree !== "object" || tree === null) return;
    const { kind, name } = tree as { readonly kind?: string; readonly name?: unknown };
    const constant =
      kind === "name" && typeof name === "string" && !used.has(name) ? spec.constants.get(name) : undefined;
    if (constant) {
      used.add(constant.name.text);
      visit(constant.value);
    }
    for (const [key, part] of Object.entries(tree)) if (key !== "span") visit(part);
  };
  visit(texts);
  return [...spec.constants.values()]
    .filter(({ name }) => used.has(name.text))
    .map(({ name, value }) => ({ kind: "setting", path: [name], value, span: nowhere }));
}

const modulesOf = ({ spec }: Config): readonly Declaration[] => {
  const used = new Set<string>();
  const visit = (tree: unknown): void => {
    if (typeof tree !== "object" || tree === null) return;
    const node = tree as { readonly kind?: string; readonly name?: unknown; readonly callee?: Name };
    const name = node.kind === "name" ? node.name : node.kind === "call" ? node.callee?.text : undefined;
    const module = typeof name === "string" && !used.has(name) ? spec.modules.get(name) : undefined;
    if (module) {
      used.add(module.name.text);
      visit({ ...module, name: undefined });
    }
    for (const [key, part] of Object.entries(tree)) if (key !== "span") visit(part);
  };
  visit(spec.model);
  return [...spec.modules.values()]
    .filter(({ name }) => used.has(name.text))
    .toSorted((a, b) => (a.name.text < b.name.text ? -1 : 1));
};

/** The same tree without places, as the printer keeps lines and comments by them. */
function unplaced<T>(tree: T): T {
  if (typeof tree !== "object" || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map(unplaced) as T;
  const entries = Object.entries(tree).map(([key, value]) => [
    key,
    key === "span" ? nowhere : unplaced(value),
  ]);
  return Object.fromEntries(entries) as T;
}
