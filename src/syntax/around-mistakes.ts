/** What of a tree is still known where its notation tells no more than the places of its mistakes. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Block, Declaration, Document, Entry } from "./ast.ts";

/** Values with a mistake are holes, and what holds one is partial; all of it is where parts are left out. */
export function aroundMistakes(document: Document, mistakes: readonly Diagnostic[]): Document {
  const places = mistakes.flatMap(({ span }) => span ?? []);
  if (places.length === 0) return document;
  const { isPartial = false, uses, declarations } = document;
  const isWrong: IsWrong = (around) =>
    isPartial || places.some(({ start, end }) => around.start <= start && end <= around.end);
  const parts = [...uses, ...declarations].map(({ span }) => span);
  const isInPart = ({ start, end }: Span): boolean =>
    parts.some((part) => part.start <= start && end <= part.end);
  return {
    ...document,
    declarations: declarations.map((each) => known(each, isWrong, isPartial)),
    isPartial: isPartial || !places.every(isInPart),
  };
}

type IsWrong = (around: Span) => boolean;

function known<T extends Declaration | Entry>(each: T, isWrong: IsWrong, isGapped: boolean): T {
  if (!isWrong(each.span)) return each;
  switch (each.kind) {
    case "module":
      return { ...each, isPartial: true };
    case "setting":
      return isGapped ? each : { ...each, value: { kind: "hole", span: each.value.span } };
    case "block":
      return { ...each, ...inside(each, isWrong, isGapped) };
    case "edit":
      return each.block
        ? { ...each, block: { ...each.block, ...inside(each.block, isWrong, isGapped) } }
        : each;
  }
}

const inside = (
  { entries }: Block,
  isWrong: IsWrong,
  isGapped: boolean,
): Pick<Block, "entries" | "isPartial"> => ({
  entries: entries.map((entry) => known(entry, isWrong, isGapped)),
  isPartial: true,
});
