/** What a rule over a network or a block sees, and which names a part of a text reads. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Spec } from "../../merge/spec.ts";
import type { Body, Expression, Module } from "../../syntax/ast.ts";
import type { Catalog } from "../catalog.ts";

export interface ModuleSite {
  readonly modules: Spec["modules"];
  readonly constants: Spec["constants"];
  readonly catalog: Catalog;
}

/** One thing that can be wrong with a network or a block that can be built. */
export type ModuleRule = (module: Module, site: ModuleSite) => readonly Diagnostic[];

/** Calls `visit` for each node of the tree, outermost first; a node is an object with a `kind`, a body, a name, ... */
export function walk(node: unknown, visit: (node: object) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) visit(node);
  for (const [key, part] of Object.entries(node)) if (key !== "span") walk(part, visit);
}

/** All names that expressions in `node` read or call. */
export function namesRead(node: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  walk(node, (each) => {
    const expression = each as Expression;
    if (expression.kind === "name") names.add(expression.name);
    if (expression.kind === "call") names.add(expression.callee.text);
  });
  return names;
}

/** A body with the names that it declares, and those that the bodies around it have declared. */
export interface Inner {
  readonly body: Body;
  /** The index of a repetition; absent for the body of a module and for branches. */
  readonly index?: { readonly text: string; readonly span: Span } | undefined;
}

/** The bodies right inside `node`: branches of `if`, bodies of `repeat`. */
export function bodiesIn(node: unknown): readonly Inner[] {
  const found: Inner[] = [];
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const expression = part as Expression;
    if (expression.kind === "repeat") {
      visit(expression.times);
      found.push({ body: expression.body, index: expression.index });
    } else if (expression.kind === "if") {
      visit(expression.condition);
      found.push({ body: expression.then }, { body: expression.else });
    } else for (const [key, child] of Object.entries(part)) if (key !== "span") visit(child);
  };
  visit(node);
  return found;
}
