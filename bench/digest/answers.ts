/** Questions about a config without mistakes: each has an answer, or a diagnostic. */
import type { Config } from "../../src/answers/config.ts";
import { diffConfigs, diffText } from "../../src/answers/diff.ts";
import { explainPath } from "../../src/answers/explain-path.ts";
import { explanationText } from "../../src/answers/explanation-text.ts";
import { resolvedText } from "../../src/answers/resolved-text.ts";
import { parse } from "../../src/syntax/parse.ts";
import type { Random } from "../hostile/random.ts";

const odd = [
  "",
  ".",
  "..",
  "model",
  "__proto__",
  "constructor.name",
  "rpn.__proto__",
  "regions.heads.0.x",
  "[0]",
];

export function ask(config: Config, other: Config, random: Random): void {
  const { one, chance } = random;
  const known = Object.keys(config.model.places);
  for (const path of [one(known), one(odd), `${one(known)}.${one(odd)}`, one(known).slice(0, -1)]) {
    const { value, diagnostics } = explainPath(config, path);
    if (value) explanationText(value);
    else if (diagnostics.length === 0) throw new Error(`no explanation of \`${path}\` and no diagnostics`);
  }
  if (chance(0.3)) diffText(diffConfigs(config, other));
  if (chance(0.3)) {
    const text = resolvedText(config);
    const { value, diagnostics } = parse({ name: "resolved.rcnn", text });
    if (!value || diagnostics.length > 0) throw new Error(`the resolved text has ${diagnostics[0]?.message}`);
  }
}
