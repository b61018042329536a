/** What a file with a model declares or uses in vain. */
import { checkRuleCodes } from "../../diagnostics/codes/check-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Bundle } from "../../load/load.ts";
import type { Block, Declaration, Document, Setting, Use } from "../../syntax/ast.ts";
import { isNaming } from "../certain.ts";
import { namesRead, walk } from "./module-rule.ts";

/**
 * Nothing for a file without models and ablations: it is there for others. Nothing either where a name was `found`
 * that means nothing, or could not be read: it may have meant what nobody else names.
 */
export function unusedDeclarations(bundle: Bundle, found: readonly Diagnostic[] = []): readonly Diagnostic[] {
  const { declarations, uses } = bundle.entry;
  if (!declarations.some(({ kind }) => kind === "block")) return [];
  if (bundle.isPartial || found.some(isNaming) || hasHoles(declarations)) return [];
  const names = new Map(declarations.map((each) => [each, namesOf(each)]));
  const named = new Set([...names.values()].flatMap((each) => [...each]));
  return [...uses.filter((use) => isIdle(use, named, bundle)).map(idleUse), ...idleDeclarations(names)];
}

/** Whether some of the text could not be read. */
function hasHoles(declarations: readonly Declaration[]): boolean {
  let isHoled = false;
  walk(declarations, (node) => {
    if (("kind" in node && node.kind === "hole") || ("isPartial" in node && node.isPartial)) isHoled = true;
  });
  return isHoled;
}

/** Names that a declaration reads, and the models that it extends. */
const namesOf = (each: Declaration): ReadonlySet<string> =>
  new Set([...namesRead(each), ...namesBeside(each)]);

/** Models behind `extends`, and what an ablation varies. */
function namesBeside(declaration: Declaration): readonly string[] {
  const found: string[] = [];
  const isAblation = declaration.kind === "block" && declaration.keyword.text === "ablation";
  walk(declaration, (node) => {
    const { kind } = node as { readonly kind?: string };
    if (kind === "block") {
      const { extends: base, keyword, label } = node as Block;
      if (base) found.push(base.text);
      if (isAblation) found.push(keyword.text, ...(label ? [label.text] : []));
    }
    if (isAblation && kind === "setting") found.push((node as Setting).path[0]!.text);
  });
  return found;
}

/** Those that no other declaration reads. */
function idleDeclarations(names: ReadonlyMap<Declaration, ReadonlySet<string>>): readonly Diagnostic[] {
  const readers = new Map<string, number>();
  for (const read of names.values()) for (const name of read) readers.set(name, (readers.get(name) ?? 0) + 1);
  return [...names].flatMap(([each, read]) => {
    if (each.kind === "block") return [];
    const { text, span } = each.kind === "module" ? each.name : each.path[0]!;
    const others = (readers.get(text) ?? 0) - (read.has(text) ? 1 : 0);
    if (others > 0) return [];
    const values = { name: text, what: each.kind === "module" ? each.form : "constant" } as const;
    return [diagnose(checkRuleCodes, "check/unused-declaration", values, { span })];
  });
}

const idleUse = ({ path, span }: Use): Diagnostic =>
  diagnose(checkRuleCodes, "check/unused-use", { path }, { span });

function isIdle(use: Use, named: ReadonlySet<string>, { documents }: Bundle): boolean {
  const reached = new Set<Document>();
  const reach = (each: Use): void => {
    for (const document of documents.values()) {
      if (reached.has(document) || !isFileOf(each, document)) continue;
      reached.add(document);
      document.uses.forEach(reach);
    }
  };
  reach(use);
  return ![...reached].some(({ declarations }) => declarations.some((each) => named.has(nameOf(each))));
}

/** Whatever folder it was found in. */
const isFileOf = ({ path }: Use, { source }: Document): boolean =>
  `/${source.name.replace(/\.\w+$/, "")}`.endsWith(`/${path}`);

const nameOf = (each: Declaration): string =>
  each.kind === "module"
    ? each.name.text
    : each.kind === "block"
      ? (each.label?.text ?? "")
      : each.path[0]!.text;
