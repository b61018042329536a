/** Changes that a model makes by the paths of uses, carried out where these are built. */
import type { MergedSetting } from "../merge/spec.ts";
import { type Argument, type Expression, pathText } from "../syntax/ast.ts";
import type { Construction, Edits, Item, ItemScope, PlacedEdit } from "./items.ts";
import { extend, type Place } from "./places.ts";

export const createEdits = (): Edits => ({ list: [], used: new Set(), seen: new Map() });

/** `path` is that of what the setting builds. */
export function placeEdits({ edits = [], value }: MergedSetting, path: string, { list }: Edits): void {
  for (const edit of edits)
    list.push({ ...edit, address: pathText([{ text: path }, ...edit.path]), inside: value.span });
}

/** How expressions become layers; given by the elaborator, which itself calls what is here. */
export interface Elaborator {
  readonly apply: (expression: Expression, input: Item, place: Place, name?: string) => Item;
  readonly itemOf: (expression: Expression, place: Place) => Item;
}

/** Something applied to an input: what stands behind `->`. */
export interface Use {
  readonly value: Expression;
  /** From `as`. */
  readonly name?: string | undefined;
}

/** Applies a use with all that the model changes at its path. */
export function applyUse(use: Use, input: Item, place: Place, elaborator: Elaborator): Item {
  const { edits } = place.construction;
  const called = use.name ?? calledName(use.value);
  if (edits.list.length === 0 || called === undefined)
    return elaborator.apply(use.value, input, place, use.name);
  const path = `${place.site.path}.${called}`;
  // A module without a name of its own adds nothing to the path, and what is in it may be called so too.
  const address = use.name === undefined && isModule(use.value, place) ? path : claim(path, edits);
  const own = (current: Item): Item => {
    const changed = withArguments(use, address, place, elaborator);
    return elaborator.apply(changed.use.value, current, { ...place, scope: changed.scope }, changed.use.name);
  };
  // One that replaces it adds nothing either; and `as` behind what replaces it gives its own name.
  const named = (by: Expression): string | undefined =>
    (isModule(use.value, place) && isModule(by, place)) || (by.kind === "pipeline" && by.stages.length === 1)
      ? use.name
      : address.slice(place.site.path.length + 1);
  return withEdits(address, own, input, place, elaborator, named);
}

/** `own` with what the model puts before, behind or in place of it. */
export function withEdits(
  address: string,
  own: (current: Item) => Item,
  input: Item,
  place: Place,
  { apply }: Elaborator,
  nameOf: (by: Expression) => string | undefined,
  takes: (edit: PlacedEdit) => boolean = () => true,
): Item {
  const { edits } = place.construction;
  const before: ((current: Item) => Item)[] = [];
  const after: ((current: Item) => Item)[] = [];
  let middle: ((current: Item) => Item) | undefined = own;
  for (const edit of edits.list) {
    if (edit.address !== address || edits.used.has(edit) || !takes(edit)) continue;
    edits.used.add(edit);
    const { value, action } = edit;
    const applied = (name?: string) => (current: Item) =>
      apply(value!, current, { ...place, scope: editScope(current) }, name);
    if (action === "remove") middle = undefined;
    else if (action === "append") after.push(applied());
    else if (action === "insert" && edit.side === "before") before.push(applied());
    else if (action === "insert") after.unshift(applied());
    else middle = applied(nameOf(value!));
  }
  const steps = [...before, ...(middle ? [middle] : []), ...after];
  return steps.reduce((current, step) => step(current), input);
}

/** Whether it can be made where nothing but the result is known. */
export const isBehind = ({ action, side }: PlacedEdit): boolean =>
  action === "append" || (action === "insert" && side === "after");

/** An edit stands in the model, where of all names around the use only `input` means something. */
const editScope = (input: Item): ItemScope => extend({ lookup: () => undefined, names: () => [] }, { input });

function claim(path: string, { seen }: Edits): string {
  const count = (seen.get(path) ?? 0) + 1;
  seen.set(path, count);
  return count === 1 ? path : `${path}.${count}`;
}

function calledName(value: Expression): string | undefined {
  if (value.kind === "name") return value.name;
  if (value.kind === "call") return value.callee.text;
  return value.kind === "repeat" ? "repeat" : undefined;
}

const isModule = (value: Expression, { construction }: Place): boolean =>
  (value.kind === "name" || value.kind === "call") && construction.modules.has(calledName(value)!);

interface Changed {
  readonly use: Use;
  readonly scope: ItemScope;
}

/** The use with the arguments that the model sets at its path. */
function withArguments(use: Use, address: string, place: Place, { itemOf }: Elaborator): Changed {
  const { edits } = place.construction;
  const changes = edits.list.filter(
    (edit) => !edits.used.has(edit) && edit.address.startsWith(`${address}.`),
  );
  const call = changes.length > 0 ? callOf(use.value, place.scope) : undefined;
  const parameters = call && parametersOf(call.callee.text, place.construction);
  if (!call || !parameters) return { use, scope: place.scope };
  let given = byName(call.arguments, parameters);
  let scope = call.scope;
  for (const edit of changes) {
    const key = edit.address.slice(address.length + 1);
    if (!parameters.includes(key) || !["set", "replace", "remove"].includes(edit.action)) continue;
    edits.used.add(edit);
    given = given.filter((argument) => argument.name?.text !== key);
    if (!edit.value) continue;
    // What the value's names mean is settled here; the text has no names with `#`.
    const name = `#${edits.list.indexOf(edit)}`;
    const { span } = edit.value;
    scope = extend(scope, { [name]: itemOf(edit.value, { ...place, scope: editScope({ kind: "failed" }) }) });
    given = [...given, { name: { text: key, span }, value: { kind: "name", name, span }, span }];
  }
  const value: Expression = { kind: "call", callee: call.callee, arguments: given, span: use.value.span };
  return { use: { value, name: use.name ?? localName(use.value, place.scope) }, scope };
}

/** A layer that a name holds is called by that name. */
const localName = (value: Expression, scope: ItemScope): string | undefined =>
  value.kind === "name" && scope.lookup(value.name) ? value.name : undefined;

type Call = Extract<Expression, { readonly kind: "call" }> & { readonly scope: ItemScope };

/** The call behind `value`, with what its arguments mean. */
function callOf(value: Expression, scope: ItemScope): Call | undefined {
  if (value.kind === "call") return { ...value, scope };
  if (value.kind !== "name") return undefined;
  const item = scope.lookup(value.name);
  if (item) return item.kind === "layer" ? callOf(item.expression, item.scope) : undefined;
  const { name, span } = value;
  return { kind: "call", callee: { text: name, span }, arguments: [], span, scope };
}

function parametersOf(callee: string, { modules, catalog }: Construction): readonly string[] | undefined {
  const module = modules.get(callee);
  if (module) return module.parameters.map(({ name }) => name.text);
  const layer = Object.hasOwn(catalog.components.layer, callee)
    ? catalog.components.layer[callee]
    : undefined;
  return layer && Object.keys(layer.parameters);
}

function byName(given: readonly Argument[], parameters: readonly string[]): readonly Argument[] {
  let position = 0;
  return given.map((argument) => {
    const text = argument.name ? undefined : parameters[position++];
    return text === undefined ? argument : { ...argument, name: { text, span: argument.span } };
  });
}
