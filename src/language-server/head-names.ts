/** Where heads, the blocks with names inside a model, are declared first. */
import type { Declarations } from "../merge/declarations.ts";
import type { Block, Name } from "../syntax/ast.ts";

/** The place where the model, or the furthest of those that it extends, first names a head. */
export type HeadNames = (model: Block, name: string) => Name | undefined;

export function headNames({ models }: Declarations): HeadNames {
  const lookup = (model: Block, name: string, below: readonly Block[]): Name | undefined => {
    const base = model.extends && models.get(model.extends.text);
    const inherited = base && !below.includes(base) && lookup(base, name, [...below, model]);
    return inherited || labelsIn(model).find((label) => label.text === name);
  };
  return (model, name) => lookup(model, name, []);
}

/** Labels of the blocks inside `block`, at any depth. */
function labelsIn(block: Block): readonly Name[] {
  return block.entries.flatMap((entry) =>
    entry.kind === "block" ? [...(entry.label ? [entry.label] : []), ...labelsIn(entry)] : [],
  );
}
