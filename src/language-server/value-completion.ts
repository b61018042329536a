/** Values that a place could take: by the kind that the catalogue asks for, or by what a module body may name. */
import { type CompletionItem, CompletionItemKind, MarkupKind } from "vscode-languageserver";
import { type Component, isRequired } from "../check/catalog.ts";
import type { Kind } from "../check/kinds.ts";
import { componentsOf, optionsOf } from "../check/project.ts";
import { parametersOf } from "../check/types.ts";
import type { Model } from "../model/model.ts";
import { own } from "../support/own.ts";
import type { Module } from "../syntax/ast.ts";
import { anyComponent, componentText, paragraphs } from "./catalog-text.ts";
import { snippet, words } from "./completion-items.ts";
import type { Cursor } from "./cursor.ts";
import { moduleHead } from "./hover.ts";
import { settingKey } from "./sections.ts";
import type { Snapshot } from "./workspace.ts";

/** Of the value of the setting around the cursor; of the field where it is inside a record. */
export function settingKind(cursor: Cursor, { catalog, analysis }: Snapshot): Kind | undefined {
  const { blocks, setting, record } = cursor;
  return fieldKind(settingKey(blocks, setting ?? [], catalog, analysis.specs)?.parameter.kind, record?.key);
}

/** Of the field `key` of a record of `kind`; `kind` itself without one. */
function fieldKind(kind: Kind | undefined, key: string | undefined): Kind | undefined {
  if (!kind || key === undefined) return kind;
  const fields = optionsOf(kind).find((option) => option.kind === "record");
  return fields?.kind === "record" ? own(fields.fields, key) : undefined;
}

/** Of the argument at the cursor, by its name or its place; of the field where it is a record. */
export function argumentKind({ call, record }: Cursor, { catalog, analysis }: Snapshot): Kind | undefined {
  if (!call) return undefined;
  const module = analysis.declarations.modules.get(call.callee);
  const parameters = module
    ? parametersOf(module, () => {})
    : (anyComponent(call.callee, catalog)?.parameters ?? {});
  const name = call.argument ?? Object.keys(parameters)[call.position];
  return name === undefined
    ? undefined
    : fieldKind(own<{ readonly kind: Kind }>(parameters, name)?.kind, record?.key);
}

/** All that a value of `kind` can begin with, numbers and texts aside. */
export function valuesOf(kind: Kind | undefined, snapshot: Snapshot): readonly CompletionItem[] {
  if (!kind) return [];
  const components = Object.values(componentsOf(snapshot.catalog, kind)).map(componentItem);
  return [...components, ...optionsOf(kind).flatMap((option) => plainValues(option, snapshot))];
}

function plainValues(kind: Kind, snapshot: Snapshot): readonly CompletionItem[] {
  switch (kind.kind) {
    case "boolean":
      return words(CompletionItemKind.Value, ["true", "false"]);
    case "none":
      return words(CompletionItemKind.Value, ["none"]);
    case "word":
      return words(CompletionItemKind.EnumMember, kind.words);
    case "name":
      return words(CompletionItemKind.Field, snapshot.models.flatMap(headSources));
    case "list":
      return valuesOf(kind.item, snapshot);
    case "network":
      return moduleItems(snapshot, ({ form }) => form === "network");
    case "layers":
      return [
        ...Object.values(snapshot.catalog.components.layer).map(componentItem),
        ...moduleItems(snapshot, () => true),
      ];
    case "levels":
      return words(
        CompletionItemKind.Field,
        snapshot.models.flatMap(({ backbone }) => backbone.results.map(({ name }) => name)),
      );
    default:
      return [];
  }
}

/** What a head can continue: the trunk, layers in it, other heads. */
function headSources({ regions: { trunk, heads } }: Model): readonly string[] {
  const layers = trunk.layers.map(({ path }) => path.replace(/^regions\.trunk\./, ""));
  const names = heads.filter(({ kind }) => kind !== "segment").map(({ name }) => name);
  return ["trunk", ...layers.filter((name) => /^\w+$/.test(name)), ...names];
}

/** What the body of a network or a block, or a constant, can name besides its own names. */
export function moduleValues(snapshot: Snapshot): readonly CompletionItem[] {
  const control = [
    snippet("repeat", "repeat $1 { return input -> $0 }"),
    snippet("if", "if $1 { return $2 } else { return $0 }"),
  ];
  const { layer: _, ...others } = snapshot.catalog.components;
  const components = Object.values(others).flatMap((table) => Object.values(table).map(componentItem));
  return [...plainValues({ kind: "layers" }, snapshot), ...control, ...components];
}

/** With parentheses where an argument must be given, the cursor inside. */
function componentItem(component: Component): CompletionItem {
  const needsArguments = Object.values(component.parameters).some(isRequired);
  return {
    ...(needsArguments ? snippet(component.name, `${component.name}($0)`) : { label: component.name }),
    kind: CompletionItemKind.Function,
    documentation: { kind: MarkupKind.Markdown, value: componentText(component) },
  };
}

function moduleItems({ analysis }: Snapshot, fits: (module: Module) => boolean): readonly CompletionItem[] {
  return [...analysis.declarations.modules.values()].filter(fits).map((module) => ({
    ...snippet(module.name.text, `${module.name.text}(${module.parameters.length > 0 ? "$0" : ""})`),
    kind: CompletionItemKind.Class,
    detail: moduleHead(module),
    documentation: { kind: MarkupKind.Markdown, value: paragraphs(module.documentation) },
  }));
}
