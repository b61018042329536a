/** Changes inside a value: entries of records, arguments of calls, stages of pipelines, items of lists. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { nearestName } from "../support/suggest.ts";
import type { Expression, Name, Stage } from "../syntax/ast.ts";
import type { Change } from "./change.ts";

/** `value`, called `name`, with the change made at `change.path` inside it; undefined where that was reported. */
export function changeValue(name: string, value: Expression, change: Change): Expression | undefined {
  switch (value.kind) {
    case "record": {
      const added = (key: Name, inner: Expression) => ({ key, value: inner });
      const entries = changeParts(value.entries, (entry) => entry.key.text, added, change);
      return entries && { ...value, entries };
    }
    case "call": {
      const added = (key: Name, inner: Expression) => ({ name: key, value: inner, span: change.span });
      const list = changeParts(value.arguments, (argument) => argument.name?.text, added, change);
      return list && { ...value, arguments: list };
    }
    case "pipeline": {
      const stages = changeParts(value.stages, stageName, undefined, change);
      return stages && { ...value, stages };
    }
  }
  const part = change.path[0]!;
  const values = { name, part: part.text };
  change.report(diagnose(mergeCodes, "merge/no-parts", values, { span: part.span }));
  return undefined;
}

/** What a use is called: by `as`, else by its layer. */
function stageName({ as, value }: Stage): string | undefined {
  if (as) return as.text;
  return value.kind === "call" ? value.callee.text : value.kind === "name" ? value.name : undefined;
}

/** `added` makes a part that is not there yet, where setting one may add it. */
function changeParts<Part extends { readonly value: Expression }>(
  parts: readonly Part[],
  nameOf: (part: Part) => string | undefined,
  added: ((key: Name, value: Expression) => Part) | undefined,
  change: Change,
): readonly Part[] | undefined {
  const [wanted, ...rest] = change.path as [Name, ...Name[]];
  const { span } = wanted;
  const matching = parts.filter((part) => nameOf(part) === wanted.text);
  if (matching.length > 1) {
    const values = { name: wanted.text, count: matching.length };
    change.report(diagnose(mergeCodes, "merge/ambiguous-stage", values, { span }));
    return undefined;
  }
  const found = matching[0];
  if (found === undefined) {
    if (added && change.action === "set" && rest.length === 0)
      return [...parts, added(wanted, change.value!)];
    const nearest = nearestName(
      wanted.text,
      parts.flatMap((part) => nameOf(part) ?? []),
    );
    const values = { path: change.whole, nearest };
    change.report(diagnose(mergeCodes, "merge/nothing-there", values, { span }));
    return undefined;
  }
  if (rest.length === 0 && change.action === "remove") return parts.filter((part) => part !== found);
  const value =
    rest.length > 0
      ? changeValue(wanted.text, found.value, { ...change, path: rest })
      : change.action === "append"
        ? appended(wanted.text, found.value, change)
        : change.value!;
  return value && parts.map((part) => (part === found ? { ...part, value } : part));
}

/** A list with the items of the change behind its own, or a pipeline with the stages. */
export function appended(name: string, value: Expression, change: Change): Expression | undefined {
  const more = change.value!;
  if (value.kind === "list") {
    const items = more.kind === "list" ? more.items : [more];
    if (more.kind !== "list" || more.unit === value.unit)
      return { ...value, items: [...value.items, ...items] };
    return refuse(name, "the units of the two lists differ", change);
  }
  if (value.kind === "pipeline" || value.kind === "call" || value.kind === "name") {
    return { kind: "pipeline", stages: [...stagesOf(value), ...stagesOf(more)], span: change.span };
  }
  return refuse(name, "it is neither a list nor a pipeline", change);
}

const stagesOf = (value: Expression): readonly Stage[] =>
  value.kind === "pipeline" ? value.stages : [{ value, span: value.span }];

function refuse(name: string, problem: string, change: Change): undefined {
  const { span } = change.path[change.path.length - 1]!;
  change.report(diagnose(mergeCodes, "merge/cannot-append", { name, problem }, { span }));
}
