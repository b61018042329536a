/** `docs/reference/model.md`: the blocks of a model and their keys, from the catalogue. */
import type { Section, SubsectionDef } from "../../src/check/catalog.ts";
import { parameterTable } from "./plain-text.ts";

export function sectionsPage(model: Section): string {
  return [
    "# The blocks of a model",
    "Written by `npm run docs` from `src/components`. What a value may name (`roiAlign`, `sgd`, ...) is in [components.md](components.md); how values are written is in [../language.md](../language.md).",
    ...sectionTexts("model NAME", model, true),
  ].join("\n\n");
}

/** `path` is the heading: the keywords from the outside in. */
function sectionTexts(path: string, section: Section, required: boolean): readonly string[] {
  const heading = `${path}${section.on ? " on LEVELS" : ""}`;
  const about = [
    section.summary,
    ...(section.source ? [`Source: ${section.source}.`] : []),
    ...(required ? [] : ["May be left out."]),
  ].join(" ");
  const keys = Object.keys(section.parameters).length > 0 ? [parameterTable(section.parameters)] : [];
  const inner = Object.entries(section.sections).flatMap(([keyword, each]) =>
    subsectionTexts(path.startsWith("model") ? keyword : `${path} / ${keyword}`, each),
  );
  return [`## ${heading}`, about, ...keys, ...inner];
}

const subsectionTexts = (path: string, inner: SubsectionDef): readonly string[] =>
  inner.kind === "one"
    ? sectionTexts(path, inner.section, inner.required)
    : Object.entries(inner.types).flatMap(([type, section]) =>
        sectionTexts(`${path} NAME: ${type}`, section, false),
      );
