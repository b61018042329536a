/** All that the files of a bundle declare, by name. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Bundle } from "../load/load.ts";
import { nearestName } from "../support/suggest.ts";
import type { Block, Module, Name } from "../syntax/ast.ts";
import type { MergedSetting } from "./spec.ts";

export interface Declarations {
  readonly models: ReadonlyMap<string, Block>;
  readonly modules: ReadonlyMap<string, Module>;
  readonly constants: ReadonlyMap<string, MergedSetting>;
}

type Report = (diagnostic: Diagnostic) => void;

/** What may begin a declaration; the blocks but `model` are read by the commands that they are for. */
const blocks = ["model", "ablation"];
const words = [...blocks, "use", "network", "block"];

export function declarationsOf(bundle: Bundle, report: Report): Declarations {
  const models = new Map<string, Block>();
  const modules = new Map<string, Module>();
  const constants = new Map<string, MergedSetting>();
  const places = new Map<string, Span>();
  const fresh = (kind: string, name: Name): boolean => isFresh(kind, name, places, report);
  for (const { declarations } of bundle.documents.values()) {
    for (const each of declarations) {
      if (each.kind === "module") {
        if (fresh(each.form, each.name)) modules.set(each.name.text, each);
      } else if (each.kind === "setting") {
        const name = each.path[0]!;
        const { value, span } = each;
        if (fresh("constant", name))
          constants.set(name.text, { kind: "setting", name, value, span, history: [] });
      } else if (each.keyword.text !== "model") {
        if (!blocks.includes(each.keyword.text)) report(misplaced(each));
      } else if (!each.label) {
        report(diagnose(mergeCodes, "merge/unnamed-model", {}, { span: each.keyword.span }));
      } else if (fresh("model", each.label)) models.set(each.label.text, each);
    }
  }
  return { models, modules, constants };
}

/** Models have names of their own; modules and constants share theirs, as expressions name both. */
function isFresh(kind: string, name: Name, places: Map<string, Span>, report: Report): boolean {
  const key = kind === "model" ? `model ${name.text}` : name.text;
  const before = places.get(key);
  if (!before) {
    places.set(key, name.span);
    return true;
  }
  const related = [{ message: "the other is here", span: before }];
  const again = diagnose(
    mergeCodes,
    "merge/duplicate-declaration",
    { kind, name: name.text },
    { span: name.span, related },
  );
  report(again);
  return false;
}

function misplaced({ keyword }: Block): Diagnostic {
  const nearest = nearestName(keyword.text, words);
  const edit = nearest && { span: keyword.span, text: nearest };
  const fixes = edit && [{ title: `write \`${nearest}\``, edits: [edit] }];
  const values = { keyword: keyword.text, nearest };
  return diagnose(mergeCodes, "merge/misplaced-block", values, {
    span: keyword.span,
    fixes: fixes || undefined,
  });
}
