/** Texts with more files, models or keys than any has: the first of them are kept, and that there are more is said. */
import type { Block, Declaration, Document, Entry } from "./ast.ts";
import { type Context, limits } from "./context.ts";
import { tooMuch } from "./read-tokens.ts";

type Parts = Pick<Document, "uses" | "declarations">;

/** `parts` with as much of everything as the stages behind can take, whose work grows with the square of it. */
export function withinCounts<T extends Parts>(parts: T, context: Context): T {
  const uses = first(parts.uses, "The text", "files that it uses", limits.uses, context);
  const models = parts.declarations.filter(({ kind }) => kind === "block");
  const kept = new Set(first(models, "The text", "models and ablations", limits.models, context));
  const declarations = parts.declarations
    .filter((each) => each.kind !== "block" || kept.has(each))
    .map((each) => (each.kind === "block" ? trimmed(each, context) : each));
  const isCut = uses.length < parts.uses.length || declarations.length < parts.declarations.length;
  return {
    ...parts,
    uses,
    declarations: same(parts.declarations, declarations),
    ...(isCut && { isPartial: true }),
  };
}

/** The same for what stands in a model without the model around it. */
export const entriesWithin = (entries: readonly Entry[], context: Context): readonly Entry[] =>
  first(entries, "The text", "keys and blocks", limits.entries, context);

function first<T extends Declaration | Entry | Document["uses"][number]>(
  items: readonly T[],
  what: string,
  of: string,
  limit: number,
  { report }: Context,
): readonly T[] {
  if (items.length <= limit) return items;
  report(tooMuch(what, of, limit, { span: items[limit]!.span }));
  return items.slice(0, limit);
}

function trimmed(block: Block, context: Context): Block {
  const what = `The block \`${(block.label ?? block.keyword).text}\``;
  const kept = first(block.entries, what, "keys and blocks", limits.entries, context);
  const entries = same(
    block.entries,
    kept.map((entry) => (entry.kind === "block" ? trimmed(entry, context) : entry)),
  );
  return entries === block.entries ? block : { ...block, entries, isPartial: true };
}

/** The list that was there, where nothing of it has changed. */
const same = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
  before.length === after.length && after.every((each, index) => each === before[index]) ? before : after;
