/** Changes whose paths lead to nothing that was built: which name of each is wrong, and what stands there instead. */
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../support/suggest.ts";
import { pathText } from "../syntax/ast.ts";
import type { Edits, PlacedEdit } from "./items.ts";

/** `paths` are those of all that was built. */
export function unusedEdits({ list, used, seen }: Edits, paths: Iterable<string>): readonly Diagnostic[] {
  const known = [...paths, ...seen.keys()];
  return list
    .filter((edit) => !used.has(edit))
    .map((edit) => {
      const { wrong, nearest } = departureOf(edit, known);
      const related = [{ message: "the path begins in this value", span: edit.inside }];
      const values = { path: edit.whole, nearest };
      return diagnose(modelCodes, "model/no-such-use", values, { span: edit.path[wrong]!.span, related });
    });
}

/** The first name of the path that leads nowhere, and the path that was meant, as far as it can be told. */
function departureOf({ address, path }: PlacedEdit, known: readonly string[]) {
  const start = address.slice(0, address.length - pathText([{ text: "" }, ...path]).length);
  const upTo = (count: number): string => pathText([{ text: start }, ...path.slice(0, count)]);
  const leadsOn = (to: string): boolean =>
    known.some((each) => each === to || nextName(each, to) !== undefined);
  const end = path.findIndex((_, index) => !leadsOn(upTo(index + 1)));
  const wrong = end < 0 ? path.length - 1 : end;
  const before = upTo(wrong);
  const names = [...new Set(known.flatMap((each) => nextName(each, before) ?? []))];
  if (names.length === 0) return { wrong, nearest: nearestName(address, known) };
  const near = meantBy(path[wrong]!.text, names);
  if (near === undefined) return { wrong, nearest: undefined };
  const rest = path.slice(isIndex(near) && !isIndex(path[wrong]!.text) ? wrong : wrong + 1);
  const whole = pathText([{ text: before }, { text: near }, ...rest]);
  // The last name may be an argument, which no path of what was built has.
  const isRight =
    leadsOn(whole) || leadsOn(pathText([{ text: before }, { text: near }, ...rest.slice(0, -1)]));
  return { wrong, nearest: isRight ? whole : before + pathText([{ text: "" }, { text: near }]) };
}

/** Of `names`, the one like `wrong`; of the numbers of a repetition the last, or the first where there is none. */
function meantBy(wrong: string, names: readonly string[]): string | undefined {
  const indices = names.filter(isIndex);
  return isIndex(wrong) ? indices.at(-1) : (nearestName(wrong, names) ?? indices[0]);
}

/** The name that `path` has next behind `prefix`. */
function nextName(path: string, prefix: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  return /^(?:\.([^.[\]]+)|(\[\d+\]))/.exec(path.slice(prefix.length))?.slice(1).find(Boolean);
}

const isIndex = (name: string): boolean => name.startsWith("[");
