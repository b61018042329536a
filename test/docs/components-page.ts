/** `docs/reference/components.md`: everything that a value may name, by what it does, from the catalogue. */
import type { Catalog } from "../../src/check/catalog.ts";
import { describeRole, type Role } from "../../src/check/kinds.ts";
import { parameterTable } from "./plain-text.ts";

export function componentsPage(catalog: Catalog): string {
  const roles = Object.entries(catalog.components) as [Role, Catalog["components"][Role]][];
  const sections = roles.map(([role, components]) => {
    const entries = Object.values(components).map(({ name, summary, source, parameters }) =>
      [
        `### ${name}`,
        source ? `${summary} Source: ${source}.` : summary,
        ...(Object.keys(parameters).length > 0 ? [parameterTable(parameters)] : []),
      ].join("\n\n"),
    );
    return [`## ${title(role)}`, ...entries].join("\n\n");
  });
  return [
    "# Components",
    "Written by `npm run docs` from `src/components`. A component stands where a key takes one of its role: `pool = roiAlign(7x7, sampling = 2)`. Arguments without a name go by the order of the table.",
    ...sections,
  ].join("\n\n");
}

/** `a RoI op` becomes `RoI op`. */
function title(role: Role): string {
  const words = describeRole(role).replace(/^an? /, "");
  return words[0]!.toUpperCase() + words.slice(1);
}
