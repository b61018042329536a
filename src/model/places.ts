/** Places in a network under construction: what names mean there, what is built where, and what a feature map is. */
import { textOf } from "../check/values.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import {
  type Construction,
  describeItem,
  type Feature,
  type Item,
  type ItemScope,
  type Site,
} from "./items.ts";

/** Where an expression stands: what its names mean, and where in the model it builds. */
export interface Place {
  readonly scope: ItemScope;
  readonly site: Site;
  readonly construction: Construction;
}

/** A named use adds an element to the path; one without a name only to the chain of uses. */
export function enter(site: Site, name: string, span: Span, named: boolean): Site {
  return { path: named ? `${site.path}.${name}` : site.path, chain: [...site.chain, { name, span, named }] };
}

export function extend(outer: ItemScope, items: Readonly<Record<string, Item>>): ItemScope {
  return {
    lookup: (name) => (Object.hasOwn(items, name) ? items[name] : outer.lookup(name)),
    names: () => [...Object.keys(items), ...outer.names()],
  };
}

/** The one feature map that `item` is. A network with one result counts as it. */
export function asFeature(
  item: Item,
  span: Span,
  { construction }: Pick<Place, "construction">,
  taker?: string,
): Feature | undefined {
  if (item.kind === "feature") return item;
  if (item.kind === "failed") return undefined;
  if (item.kind === "features" && item.names.length === 1)
    return asFeature(item.get(item.names[0]!), span, { construction }, taker);
  if (item.kind === "features" && taker !== undefined) {
    const names = item.names.map((name) => `\`${name}\``).join(", ");
    construction.report(diagnose(modelCodes, "model/several-maps", { layer: taker, names }, { span }));
  } else {
    construction.report(
      diagnose(modelCodes, "model/not-features", { text: textOf(span), found: describeItem(item) }, { span }),
    );
  }
  return undefined;
}
