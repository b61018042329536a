/** `docs/reference/profiles.md`: what each profile sets, beside the defaults, from the catalogue. */
import type { ParameterDef, Profile, Section } from "../../src/check/catalog.ts";
import { catalog } from "../../src/components/catalog.ts";
import { code, markdownTable, plainText } from "./plain-text.ts";

export function profilesPage(profiles: Readonly<Record<string, Profile>>): string {
  const all = Object.values(profiles);
  const keys = [...new Set(all.flatMap(({ defaults }) => Object.keys(defaults)))].sort();
  const rows = keys.map((key) => {
    const parameter = parameterAt(key);
    const shown = (value: ParameterDef["default"]) =>
      value === undefined ? (parameter.derived ?? "") : code(plainText(value, parameter.kind));
    return [
      code(key),
      shown(parameter.default),
      ...all.map(({ defaults }) => (key in defaults ? shown(defaults[key]) : "")),
    ];
  });
  const flags = [...new Set(all.flatMap((profile) => Object.keys(profile.flags ?? {})))].sort();
  const flagRows = flags.map((name) => [
    `\`${name}\` of networks and blocks`,
    "their own",
    ...all.map((profile) => (name in (profile.flags ?? {}) ? code(String(profile.flags![name])) : "")),
  ]);
  return [
    "# Profiles",
    "Written by `npm run docs` from `src/components/profiles.ts`. `profile = NAME` in a model gives these keys other defaults; what the text says itself stays. An empty cell is the default.",
    all
      .map(({ name, summary, source }) => `- \`${name}\`: ${summary}${source ? ` Source: ${source}.` : ""}`)
      .join("\n"),
    markdownTable(["key", "default", ...all.map(({ name }) => code(name))], [...rows, ...flagRows]),
  ].join("\n\n");
}

type Parameters = Readonly<Record<string, ParameterDef>>;

/** `train.schedule`, `regions.head.regress.loss` or, of a component, `roiOp.roiAlign.sampling`. */
function parameterAt(path: string): ParameterDef {
  const parts = path.split(".");
  const key = parts.pop()!;
  const components = catalog.components as Readonly<
    Record<string, Readonly<Record<string, { readonly parameters: Parameters }>>>
  >;
  const component = components[parts[0]!]?.[parts[1]!];
  const owner = component ?? parts.reduce<Section>(sectionIn, catalog.model);
  const found = owner.parameters[key];
  if (!found) throw new Error(`The catalogue has no ${path}.`);
  return found;
}

/** A typed section stands for the table of its types until the next part picks one. */
function sectionIn(section: Section, part: string): Section {
  const inner = section.sections[part];
  if (inner?.kind === "one") return inner.section;
  if (inner?.kind === "typed") {
    const sections = Object.fromEntries(
      Object.entries(inner.types).map(([type, each]) => [
        type,
        { kind: "one", section: each, required: false } as const,
      ]),
    );
    return { name: part, summary: "", parameters: {}, sections };
  }
  throw new Error(`${section.name} has no ${part}.`);
}
