/** Constants that a model sets anew: changed like its own settings while it is merged, constants again in the end. */
import type { Edit, Expression, Setting } from "../syntax/ast.ts";
import type { MergedBlock, MergedSetting, Spec } from "./spec.ts";

export type Constants = Spec["constants"];

/** How names of constants are told from keys of the model, and what they stand for. */
export interface Naming {
  /** As the files declare them. */
  readonly declared: Constants;
  /** As they are in the end. */
  readonly final: Constants;
  /** Keys and blocks of a model, which no constant hides. */
  readonly keys: ReadonlySet<string>;
  /** Components that take any number of values. */
  readonly variadic: ReadonlySet<string>;
  /** Names that were looked up in `final`. */
  readonly read: Set<string>;
}

/** `model` with the constant that `entry` changes among its settings, so that it is changed like these. */
export function withConstant(
  model: MergedBlock,
  { path, ...entry }: Setting | Edit,
  naming: Naming,
): MergedBlock {
  const name = path[0]!.text;
  const constant = naming.keys.has(name) ? undefined : naming.declared.get(name);
  const isThere = model.entries.some((each) => each.kind === "setting" && each.name.text === name);
  const isRemoved = entry.kind === "edit" && entry.action === "remove" && path.length === 1;
  return !constant || isThere || isRemoved ? model : { ...model, entries: [...model.entries, constant] };
}

/** The settings that are constants, out of `model` and into the constants. */
export function settled(model: MergedBlock, { declared }: Naming): Pick<Spec, "model" | "constants"> {
  const isConstant = (entry: MergedBlock["entries"][number]): entry is MergedSetting => {
    const constant = entry.kind === "setting" && declared.get(entry.name.text);
    return constant ? [...entry.history, entry.span][0] === constant.span : false;
  };
  const changed = model.entries.filter(isConstant);
  return {
    model: { ...model, entries: model.entries.filter((entry) => !isConstant(entry)) },
    constants: new Map([...declared, ...changed.map((entry) => [entry.name.text, entry] as const)]),
  };
}

/** What a name stands for, if it is the name of a constant that is no layer; any other expression as it is. */
export function standsFor(value: Expression, { final, read }: Naming): Expression {
  const seen = new Set<string>();
  let current = value;
  while (current.kind === "name" && final.has(current.name) && !seen.has(current.name)) {
    seen.add(current.name);
    current = final.get(current.name)!.value;
  }
  if (layers.has(current.kind)) return value;
  for (const name of seen) read.add(name);
  return current;
}

const layers: ReadonlySet<Expression["kind"]> = new Set(["name", "call", "pipeline", "repeat", "if"]);
