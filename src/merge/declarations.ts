/** All that the files of a bundle declare, by name. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Bundle } from "../load/load.ts";
import { nearestName } from "../support/suggest.ts";
import {
  type Block,
  type Declaration,
  type Module,
  type Name,
  pathText,
  type Setting,
} from "../syntax/ast.ts";
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
  const found: Declared = { models: new Map(), modules: new Map(), constants: new Map() };
  const places = new Map<string, Span>();
  for (const { declarations } of bundle.documents.values()) {
    const stray = declarations.filter((each) => each.kind === "block" && isStray(each));
    for (const each of declarations) {
      if (each.kind === "block") checkKeyword(each, report);
      if (each.kind === "setting" && each.path.length > 1) {
        // Only what is in a model has a path.
        report(misplaced({ text: pathText(each.path), span: each.path[0]!.span }));
        continue;
      }
      const name = nameOf(each);
      if (!name) continue;
      const kind = each.kind === "module" ? each.form : each.kind === "block" ? "model" : "constant";
      if (!isFresh(kind, name, places, report)) unsettle(each, name.text, found);
      // What stands outside a model was meant to be in one.
      else if (each.kind === "block") found.models.set(name.text, partial(each, stray.length > 0));
      else if (each.kind === "module") found.modules.set(name.text, each);
      else found.constants.set(name.text, constantOf(each));
    }
  }
  return found;
}

const constantOf = ({ path, value, span }: Setting): MergedSetting => ({
  kind: "setting",
  name: path[0]!,
  value,
  span,
  history: [],
});

interface Declared extends Declarations {
  readonly models: Map<string, Block>;
  readonly modules: Map<string, Module>;
  readonly constants: Map<string, MergedSetting>;
}

const partial = <T extends Block | Module>(each: T, isPartial = true): T =>
  isPartial ? { ...each, isPartial } : each;

/** Of two of one name nobody knows which is meant. */
function unsettle(again: Declaration, name: string, { models, modules, constants }: Declared): void {
  const [model, module, constant] = [models.get(name), modules.get(name), constants.get(name)];
  if (again.kind === "block") {
    if (model) models.set(name, partial(model));
    return;
  }
  if (module) modules.set(name, partial(module));
  if (constant) constants.set(name, { ...constant, value: { kind: "hole", span: constant.value.span } });
}

/** Of what others can name: models that have one, networks, blocks and constants. */
function nameOf(each: Declaration): Name | undefined {
  if (each.kind === "module") return each.name;
  if (each.kind === "setting") return each.path[0]!;
  return isModel(each) ? each.label : undefined;
}

/** Also one whose keyword is written wrong. */
export const isModel = ({ keyword }: Block): boolean =>
  keyword.text === "model" ||
  (!blocks.includes(keyword.text) && nearestName(keyword.text, words) === "model");

/** The models that the file asked for declares. */
export const modelsIn = ({ entry }: Bundle): readonly Block[] =>
  entry.declarations.filter((each): each is Block => each.kind === "block" && isModel(each));

/** Whether another model of the same file extends the one of this name. */
export const isExtended = (name: string | undefined, bundle: Bundle): boolean =>
  name !== undefined && modelsIn(bundle).some((block) => block.extends?.text === name);

const isStray = (block: Block): boolean => !isModel(block) && !blocks.includes(block.keyword.text);

function checkKeyword(block: Block, report: Report): void {
  const { keyword, label } = block;
  if (!blocks.includes(keyword.text)) report(misplaced(block.keyword));
  if (isModel(block) && !label && !block.isPartial)
    report(diagnose(mergeCodes, "merge/unnamed-model", {}, { span: keyword.span }));
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

function misplaced(keyword: Name): Diagnostic {
  const nearest = nearestName(keyword.text, words);
  const edit = nearest && { span: keyword.span, text: nearest };
  const fixes = edit && [{ title: `write \`${nearest}\``, edits: [edit] }];
  const values = { keyword: keyword.text, nearest };
  return diagnose(mergeCodes, "merge/misplaced-block", values, {
    span: keyword.span,
    fixes: fixes || undefined,
  });
}
