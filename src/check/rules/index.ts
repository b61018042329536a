/** All rules over networks and blocks, in the order in which their findings are shown. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ModuleRule, ModuleSite } from "./module-rule.ts";
import { shadowed } from "./shadowed.ts";
import { unusedBindings } from "./unused-bindings.ts";
import { unusedParameters } from "./unused-parameters.ts";

export const moduleRules: readonly ModuleRule[] = [shadowed, unusedParameters, unusedBindings];

/** What the rules say of the networks and blocks of a text; a name that is written wrong leaves another unread. */
export const judgeModules = (site: ModuleSite): readonly Diagnostic[] =>
  [...site.modules.values()]
    .filter(({ isPartial }) => !isPartial)
    .flatMap((module) => moduleRules.flatMap((rule) => rule(module, site)));
