/** Profiles: the conventions of one code base, as other defaults of the same catalogue. */
import type { Component, ParameterDef, Profile, Section, SubsectionDef } from "../check/catalog.ts";
import { invariant } from "../support/invariant.ts";
import type { ModelCatalog } from "./layer.ts";

/** `catalog` with the defaults of its profile `name`. What a text gives stands above either. */
export function applyProfile(catalog: ModelCatalog, name: string): ModelCatalog {
  const profile = catalog.profiles?.[name];
  invariant(profile, `a profile \`${name}\` passed the check`);
  const { defaults, flags } = profile;
  return Object.entries(defaults).reduce<ModelCatalog>(
    (changed, [path, value]) => withDefault(changed, path.split("."), { value, profile }),
    { ...catalog, ...(flags && { flags }) },
  );
}

/** For a model of which nobody knows the profile: whatever one of them sets has no default. */
export function withoutProfiled(catalog: ModelCatalog): ModelCatalog {
  const profiles = Object.values(catalog.profiles ?? {});
  const paths = new Set(profiles.flatMap(({ defaults }) => Object.keys(defaults)));
  return [...paths].reduce((changed, path) => withDefault(changed, path.split("."), undefined), catalog);
}

interface Change {
  readonly value: Profile["defaults"][string];
  readonly profile: Profile;
}

/** A path begins with the role of a component, or leads through sections. */
function withDefault(
  catalog: ModelCatalog,
  path: readonly string[],
  change: Change | undefined,
): ModelCatalog {
  const [role, name, key] = path;
  const components: Readonly<Record<string, Readonly<Record<string, Component>>>> = catalog.components;
  const component = path.length === 3 ? components[role!]?.[name!] : undefined;
  if (!component) return { ...catalog, model: inSection(catalog.model, path, change) };
  const changed = { ...component, parameters: inParameters(component.parameters, key!, change) };
  const ofRole = { ...components[role!], [name!]: changed };
  return { ...catalog, components: { ...catalog.components, [role!]: ofRole } };
}

function inSection(section: Section, [first, ...rest]: readonly string[], change?: Change): Section {
  if (rest.length === 0) return { ...section, parameters: inParameters(section.parameters, first!, change) };
  const inner = section.sections[first!];
  invariant(inner, `a profile sets a key of \`${first}\`, which \`${section.name}\` does not have`);
  return { ...section, sections: { ...section.sections, [first!]: inSubsection(inner, rest, change) } };
}

function inSubsection(inner: SubsectionDef, path: readonly string[], change?: Change): SubsectionDef {
  if (inner.kind === "one") return { ...inner, section: inSection(inner.section, path, change) };
  const [type, ...rest] = path;
  const section = inner.types[type!];
  invariant(section, `a profile sets a key of the type \`${type}\`, which there is not`);
  return { ...inner, types: { ...inner.types, [type!]: inSection(section, rest, change) } };
}

function inParameters(
  parameters: Section["parameters"],
  key: string,
  change: Change | undefined,
): Section["parameters"] {
  const known = parameters[key];
  invariant(known, `a profile sets \`${key}\`, which there is not`);
  const { derived: _, default: __, ...rest } = known;
  const changed: ParameterDef = {
    ...rest,
    ...(change && { default: change.value, profile: change.profile.name }),
  };
  return { ...parameters, [key]: changed };
}
