/** Completion in the YAML form: what the other notation would offer at the same place, written as YAML. */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  type Position,
} from "vscode-languageserver";
import { anyComponent } from "./catalog-text.ts";
import { itemsFor } from "./completion.ts";
import { placed, restAt, words } from "./completion-items.ts";
import { before } from "./completion-rest.ts";
import { type Cursor, cursorOf } from "./cursor.ts";
import type { Snapshot } from "./workspace.ts";
import { yamlCursor } from "./yaml-cursor.ts";
import { keysBeside } from "./yaml-keys.ts";

export function yamlCompletion(
  snapshot: Snapshot,
  position: Position,
  usable: readonly string[],
): readonly CompletionItem[] {
  const { text, catalog, analysis } = snapshot;
  const offset = text.offsetAt(position);
  const isCallable = (name: string) =>
    anyComponent(name, catalog) !== undefined || analysis.declarations.modules.has(name);
  const whole = text.getText();
  const { texts, inYaml, keys, module } = yamlCursor(whole.slice(0, offset), isCallable);
  const there = keysBeside(whole, offset);
  if (keys) return keys.filter((key) => !there.has(key)).map((key) => fixedKey(key, snapshot, offset));
  const found = texts.flatMap((each) => {
    const cursor = cursorOf(each);
    const range = { start: text.positionAt(offset - cursor.prefix.length), end: position };
    const names = cursor.expected === "value" && !cursor.record ? namesIn(module, snapshot) : [];
    const items = [...itemsFor(cursor, snapshot, usable), ...headKeys(cursor), ...names];
    const written = items.map((item) => (inYaml ? asYaml(item, cursor.call !== undefined) : item));
    return before(restAt(text, offset), cursor.expected, written).map((item) => placed(item, range));
  });
  const missing = found.filter(({ label }) => !there.has(label));
  return [...new Map(missing.map((item) => [item.label, item])).values()];
}

/** What the body of a network or a block gives names to. */
function namesIn(name: string | undefined, { analysis }: Snapshot): readonly CompletionItem[] {
  const module = name === undefined ? undefined : analysis.declarations.modules.get(name);
  if (!module) return [];
  const { parameters, on, body } = module;
  const named = [
    ...parameters.map((each) => each.name),
    ...(on ?? []),
    ...body.bindings.map((each) => each.name),
  ];
  return words(
    CompletionItemKind.Variable,
    named.map(({ text }) => text),
  );
}

function fixedKey(label: string, { text }: Snapshot, offset: number): CompletionItem {
  const [prefix] = /\w*$/.exec(text.getText().slice(0, offset))!;
  const range = { start: text.positionAt(offset - prefix.length), end: text.positionAt(offset) };
  const isWritten = /^[ \t]*:/.test(restAt(text, offset));
  return placed(
    { label, kind: CompletionItemKind.Property, insertText: isWritten ? label : `${label}: ` },
    range,
  );
}

/** What YAML says by keys and the other notation in the head of a block. */
function headKeys({ expected, blocks }: Cursor): readonly CompletionItem[] {
  if (expected !== "key") return [];
  const { keyword } = blocks.at(-1)!;
  const inside = keyword === "head" ? ["type"] : keyword === "rpn" || keyword === "regions" ? ["on"] : [];
  const outside = keyword === "model" ? ["extends", "documentation"] : ["documentation"];
  const labels = blocks.length === 1 ? outside : inside;
  return labels.map((label) => ({ label, insertText: `${label} = ` }));
}

/** Keys end in a colon, blocks and calls are maps. */
function asYaml(item: CompletionItem, isArgument: boolean): CompletionItem {
  const { insertText, label } = item;
  if (insertText === undefined) return item;
  if (insertText.endsWith(" = ")) return { ...item, insertText: `${label}: ` };
  if (item.insertTextFormat !== InsertTextFormat.Snippet) return item;
  // A call stays a call: a plain string is read as an expression.
  if (isArgument || insertText.startsWith(`${label}(`)) return item;
  return { ...item, insertText: `${label}:\n  $0` };
}
