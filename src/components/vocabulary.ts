/** Which words a resolved model was written in, so that one whose words have changed since is not read as one of ours. */
import type { Section } from "../check/catalog.ts";
import type { Kind } from "../check/kinds.ts";
import { optionsOf } from "../check/project.ts";
import type { Model } from "../model/model.ts";
import { hashText } from "../support/random.ts";
import { catalog } from "./catalog.ts";

/** By word, a hash of what it takes: the blocks of a model, and the components that it uses. */
export type Vocabulary = Readonly<Record<string, string>>;

type Entry = readonly [name: string, takes: Pick<Section, "parameters">];

/**
 * Changes with the name and the form of any parameter of what the model uses, and with nothing else: its defaults
 * are filled in, and its values have passed their ranges.
 */
export function vocabularyOf(model: Model): Vocabulary {
  const used = componentsIn(model);
  const sections = sectionsIn(catalog.model, "model", new Set(model.regions.heads.map(({ kind }) => kind)));
  const components = Object.entries(catalog.components).flatMap(([role, table]) =>
    Object.entries(table).flatMap(([name, takes]): readonly Entry[] =>
      used.has(name) ? [[`${role}.${name}`, takes]] : [],
    ),
  );
  const entries = [...sections.filter(([name]) => model.rpn || !name.startsWith("model.rpn")), ...components];
  return Object.fromEntries(entries.map(([name, takes]) => [name, formOf(takes)]));
}

/** The words of `before` that are others now, or are no more. */
export function changedWords(before: Vocabulary, model: Model): readonly string[] {
  const now = vocabularyOf(model);
  return Object.keys(before).filter((name) => before[name] !== now[name]);
}

/** `section` and the blocks inside it; of those with types the ones in `types`. */
function sectionsIn(section: Section, name: string, types: ReadonlySet<string>): readonly Entry[] {
  const inner = Object.entries(section.sections).flatMap(([keyword, definition]): readonly Entry[] => {
    const path = `${name}.${keyword}`;
    if (definition.kind === "one") return sectionsIn(definition.section, path, types);
    const typed = Object.entries(definition.types).filter(([type]) => types.has(type));
    return typed.flatMap(([type, each]) => sectionsIn(each, `${path}.${type}`, types));
  });
  return [[name, section], ...inner];
}

/** What the resolved model calls `kind` or `layer`. */
function componentsIn(model: Model): ReadonlySet<string> {
  const names = new Set<string>();
  JSON.stringify(model, (key, value: unknown) => {
    if ((key === "kind" || key === "layer") && typeof value === "string") names.add(value);
    return key === "source" ? undefined : value;
  });
  return names;
}

function formOf({ parameters }: Entry[1]): string {
  const forms = Object.entries(parameters).map(([name, { kind }]) => [name, ...kindsIn(kind)]);
  return hashText(JSON.stringify(forms.sort())).toString(16).padStart(8, "0");
}

const kindsIn = (kind: Kind): readonly string[] =>
  [...new Set(optionsOf(kind).map((each) => each.kind))].sort();
