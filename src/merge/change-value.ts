/** Changes inside a value: entries of records, arguments of calls, items of lists. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { nearestName } from "../support/suggest.ts";
import type { Argument, Expression, Name, Stage } from "../syntax/ast.ts";
import type { Change } from "./change.ts";
import { standsFor } from "./constants.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

/** `uses`: the path leads into what the value builds. Undefined: the change is wrong, and that was reported. */
export type Changed<T = Expression> = T | "uses" | undefined;

/** `value`, called `name`, with the change made at `change.path` inside it. */
export function changeValue(name: string, given: Expression, change: Change): Changed {
  const value = standsFor(given, change.naming);
  switch (value.kind) {
    case "record":
      return changeRecord(value, change);
    case "call":
      return changeCall(value, change);
    case "list": {
      const items = changeParts(value.items, indexed(change, value.items.length), change);
      return Array.isArray(items) ? { ...value, items } : (items as Changed);
    }
    case "pipeline":
    case "name":
    case "if":
    case "repeat":
    case "index":
    case "member":
      return "uses";
  }
  const part = change.path[0]!;
  const values = { name, part: part.text };
  change.report(diagnose(mergeCodes, "merge/no-parts", values, { span: part.span }));
  return undefined;
}

function changeRecord(value: Node<"record">, change: Change): Changed {
  const [{ text }] = change.path as [Name];
  const at = value.entries.findIndex((entry) => entry.key.text === text);
  if (at < 0 && !adds(change))
    return nothingThere(
      value.entries.map((entry) => entry.key.text),
      change,
    );
  if (at < 0)
    return { ...value, entries: [...value.entries, { key: change.path[0]!, value: change.value! }] };
  const values = changeParts(
    value.entries.map((entry) => entry.value),
    at,
    change,
    text,
  );
  if (!Array.isArray(values)) return values as Changed;
  if (values.length < value.entries.length) return { ...value, entries: value.entries.toSpliced(at, 1) };
  return { ...value, entries: value.entries.map((entry, index) => ({ ...entry, value: values[index]! })) };
}

/** By name, or by place: `sizes[1]`. What is no argument may be a use inside what is called. */
function changeCall(value: Node<"call">, change: Change): Changed {
  const [part] = change.path as [Name];
  const positional = value.arguments.flatMap((argument, index) => (argument.name ? [] : [index]));
  const at = part.text.startsWith("[")
    ? (positional[indexed(change, positional.length)] ?? -1)
    : value.arguments.findIndex((argument) => argument.name?.text === part.text);
  if (at < 0) {
    const added: Argument = { name: part, value: change.value!, span: change.span };
    const module = change.modules.get(value.callee.text);
    const takes = module?.parameters.some(({ name }) => name.text === part.text) ?? true;
    return adds(change) && takes ? { ...value, arguments: [...value.arguments, added] } : "uses";
  }
  const values = changeParts(
    value.arguments.map((argument) => argument.value),
    at,
    change,
    part.text,
  );
  if (!Array.isArray(values)) return values as Changed;
  const { name, span } = value.arguments[at]!;
  const list = values.slice(at, at + 1 + values.length - value.arguments.length);
  const given = list.map((inner): Argument => ({ ...(name && { name }), value: inner, span }));
  return { ...value, arguments: value.arguments.toSpliced(at, 1, ...given) };
}

const adds = ({ action, path }: Change): boolean =>
  action === "set" && path.length === 1 && !path[0]!.text.startsWith("[");

/** The place that `[2]` names among `count`; -1 where there is none or where a name stands instead. */
function indexed({ path }: Change, count: number): number {
  const index = Number(/^\[(\d+)\]$/.exec(path[0]!.text)?.[1] ?? -1);
  return index < count ? index : -1;
}

/** `parts` with the change made at or in the one at `at`. */
function changeParts(
  parts: readonly Expression[],
  at: number,
  change: Change,
  name = change.path[0]!.text,
): Changed<readonly Expression[]> {
  const found = parts[at];
  const rest = change.path.slice(1);
  if (!found) return nothingThere([], change);
  if (rest.length === 0 && change.action === "remove") return parts.toSpliced(at, 1);
  if (rest.length === 0 && change.action === "insert")
    return parts.toSpliced(change.side === "after" ? at + 1 : at, 0, change.value!);
  const value =
    rest.length > 0
      ? changeValue(name, found, { ...change, path: rest })
      : change.action === "append"
        ? appended(name, found, change)
        : change.value!;
  return value === undefined || value === "uses" ? value : parts.with(at, value);
}

function nothingThere(names: readonly string[], { path, whole, report }: Change): undefined {
  const [{ text, span }] = path as [Name];
  const values = { path: whole, nearest: nearestName(text, names) };
  report(diagnose(mergeCodes, "merge/nothing-there", values, { span }));
}

/** A list with the items of the change behind its own, a call with one more value, or a pipeline with the stages. */
export function appended(name: string, given: Expression, change: Change): Expression | undefined {
  const value = standsFor(given, change.naming);
  const more = standsFor(change.value!, change.naming);
  if (value.kind === "list") return joined(value, more.kind === "list" ? more : { items: [change.value!] });
  if (value.kind === "call" && change.naming.variadic.has(value.callee.text)) {
    const last: Argument = { value: change.value!, span: change.span };
    return { ...value, arguments: [...value.arguments, last] };
  }
  if (value.kind === "pipeline" || value.kind === "call" || value.kind === "name") {
    return { kind: "pipeline", stages: [...stagesOf(value), ...stagesOf(more)], span: change.span };
  }
  return refuse(name, whyNoList(value), change);
}

type List = Pick<Node<"list">, "items" | "unit">;

/** One unit behind the list where both have it, else behind each of the numbers. */
function joined(list: Node<"list">, more: List): Expression {
  if (more.unit === list.unit || more.items.every((item) => item.kind === "number" && !more.unit))
    return { ...list, items: [...list.items, ...more.items] };
  const { unit: _, ...rest } = list;
  return { ...rest, items: [...itemsOf(list), ...itemsOf(more)] };
}

const itemsOf = ({ items, unit }: List): readonly Expression[] =>
  items.map((item) => (unit && item.kind === "number" && !item.unit ? { ...item, unit } : item));

const whyNoList = ({ kind }: Expression): string =>
  ["binary", "member", "index", "if"].includes(kind)
    ? "what it has is computed; write the list out, or change what it is computed from"
    : "it is neither a list nor a pipeline";

const stagesOf = (value: Expression): readonly Stage[] =>
  value.kind === "pipeline" ? value.stages : [{ value, span: value.span }];

function refuse(name: string, problem: string, change: Change): undefined {
  const { span } = change.path[change.path.length - 1]!;
  change.report(diagnose(mergeCodes, "merge/cannot-append", { name, problem }, { span }));
}
