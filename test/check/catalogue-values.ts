/** Values of the YAML form by their kinds, each right as far as its structure goes. */
import fc from "fast-check";
import { type Component, isRequired, type ParameterDef, type Section } from "../../src/check/catalog.ts";
import type { Kind } from "../../src/check/kinds.ts";
import { optionsOf } from "../../src/check/project.ts";
import { catalog } from "../../src/components/catalog.ts";

export type Data = number | boolean | string | null | readonly Data[] | { readonly [key: string]: Data };
export type DataMap = { readonly [key: string]: Data };

type Values = fc.Arbitrary<Data>;

const { layer: layers } = catalog.components;

function numbers(kind: Extract<Kind, { kind: "number" | "integer" }>): Values {
  const { minimum, maximum = Math.max(1000, (minimum ?? 0) + 10), above, unit } = kind;
  const least = minimum ?? above ?? 0;
  if (kind.kind === "integer") {
    const whole = fc.integer({ min: Math.max(least, minimum ?? least + 1), max: Math.min(maximum, 5000) });
    return unit
      ? fc.oneof(
          whole,
          whole.map((value) => `${value}${unit}`),
        )
      : whole;
  }
  const share = fc.integer({ min: 1, max: 100 }).map((part) => Math.round(part * 10) / 1000);
  const within = share.map((part) =>
    Number((least + (Math.min(maximum, least + 10) - least) * part).toFixed(4)),
  );
  if (unit)
    return fc.oneof(
      within,
      fc.integer({ min: 1, max: 900 }).map((value) => `${value}${unit}`),
    );
  const isShare = least <= 0 && maximum >= 1;
  return isShare
    ? fc.oneof(
        within,
        fc.integer({ min: 1, max: 100 }).map((part) => `${part}%`),
      )
    : within;
}

/** A value of `kind`; `depth` bounds components in components. */
export function dataOf(kind: Kind, depth: number): Values {
  switch (kind.kind) {
    case "number":
    case "integer":
      return numbers(kind);
    case "boolean":
      return fc.boolean();
    case "text":
      return fc.constantFrom("boxes.json", "a text");
    case "none":
      return fc.constantFrom("none", null);
    case "size":
      return fc.constantFrom("7x7", "1x3", 2, 3);
    case "ratio":
      return fc.constantFrom("1:2", "2:1", 1, 0.5, "50%");
    case "range":
      return fc.constantFrom(kind.minimum === undefined || kind.minimum < 1 ? "0.1..0.5" : "320..800");
    case "word":
      return fc.constantFrom(...kind.words);
    case "name":
      return fc.constantFrom("trunk", "box");
    case "list":
      return fc.array(dataOf(kind.item, depth), {
        minLength: kind.length ?? 1,
        maxLength: kind.length ?? 3,
      });
    case "record":
      return fc.record(
        Object.fromEntries(Object.entries(kind.fields).map(([key, field]) => [key, dataOf(field, depth)])),
      );
    case "component":
      return fc.oneof(
        ...Object.values(catalog.components[kind.role])
          .filter(({ name }) => kind.only?.includes(name) ?? true)
          .map((component) => componentOf(component, depth)),
      );
    case "rate":
      return fc.constantFrom(0.01, "0.02 per 16images", "1%");
    case "moment":
      return fc.constantFrom(0.5, "80%", "640iterations", "1000images");
    case "duration":
      return fc.constantFrom(500, "500iterations", "800images");
    case "layers":
      return layersOf(depth);
    case "network":
      return fc.constantFrom("net()", "net");
    case "levels":
      return fc.constantFrom<Data>("p2", "p2..p4", ["p2", "p3"]);
    case "either":
      return fc.oneof(...optionsOf(kind).map((option) => dataOf(option, depth)));
  }
}

/** Some of the parameters, and all that have no default. */
function argumentsOf(parameters: Component["parameters"], depth: number): fc.Arbitrary<DataMap> {
  const entries = Object.entries(parameters).map(([key, parameter]): [string, Values] => [
    key,
    dataOf(parameter.kind, depth - 1),
  ]);
  const requiredKeys = Object.keys(parameters).filter((key) => isRequired(parameters[key]!));
  return fc.record(Object.fromEntries(entries), { requiredKeys }) as fc.Arbitrary<DataMap>;
}

const canBeAlone = ({ parameters }: Component): boolean => !Object.values(parameters).some(isRequired);

/** What has no default by its place, behind it the items of a list that takes all others. */
function placed(parameters: readonly ParameterDef[], depth: number): fc.Arbitrary<readonly Data[]> {
  const first = parameters.filter((parameter) => isRequired(parameter) && !parameter.variadic);
  if (!parameters.slice(0, first.length).every(isRequired)) return fc.constant([]);
  const last = parameters.at(-1);
  const rest =
    last?.variadic && last.kind.kind === "list" && first.length === parameters.length - 1
      ? fc.array(dataOf(last.kind.item, depth - 1), { minLength: 1, maxLength: 3 })
      : fc.constant<readonly Data[]>([]);
  return fc
    .tuple(fc.tuple(...first.map(({ kind }) => dataOf(kind, depth - 1))), rest)
    .map(([own, others]) => [...own, ...others]);
}

function componentOf(component: Component, depth: number): Values {
  const { name, parameters } = component;
  if (depth <= 0) return fc.constant(canBeAlone(component) ? name : { [name]: [] });
  const called = argumentsOf(parameters, depth).map((given): Data => ({ [name]: given }));
  const inPlace = placed(Object.values(parameters), depth).map((given): Data => ({ [name]: given }));
  return fc.oneof(called, inPlace, ...(canBeAlone(component) ? [fc.constant<Data>(name)] : []));
}

/** A pipeline, whose parts are primitive layers, their repetitions and branches. */
function layersOf(depth: number): Values {
  const plain = Object.values(layers).map((layer) => componentOf(layer, Math.min(depth, 1)));
  const stage: Values = fc.oneof(
    ...plain,
    fc.constantFrom<Data>(
      "own(3)",
      { conv: { kernel: "3x3", channels: 8 }, as: "first" },
      { own: { depth: 2 } },
    ),
  );
  if (depth <= 0) return fc.array(stage, { minLength: 1, maxLength: 2 });
  const inner = fc.array(stage, { minLength: 1, maxLength: 2 });
  const nested = fc.oneof(
    inner.map((parts): Data => ({ repeat: { times: 2, layers: parts } })),
    // biome-ignore lint/suspicious/noThenProperty: a word of the YAML form
    inner.map((parts): Data => ({ if: { condition: "1 > 0", then: parts, else: parts } })),
  );
  return fc.array(fc.oneof({ weight: 4, arbitrary: stage }, { weight: 1, arbitrary: nested }), {
    minLength: 1,
    maxLength: 3,
  });
}

/** Some of the keys of a section and of those inside it. */
export function sectionOf(section: Section): fc.Arbitrary<DataMap> {
  const values = Object.entries(section.parameters).map(([key, { kind }]): [string, Values] => [
    key,
    dataOf(kind, 2),
  ]);
  const sections = Object.entries(section.sections).map(([keyword, subsection]): [string, Values] => {
    if (subsection.kind === "one") return [keyword, sectionOf(subsection.section)];
    const typed = Object.entries(subsection.types).map(([type, inner]) =>
      sectionOf(inner).map((made): Data => ({ type, ...made })),
    );
    return [
      keyword,
      fc.dictionary(fc.constantFrom("one", "two"), fc.oneof(...typed), { minKeys: 1, maxKeys: 2 }),
    ];
  });
  const on: [string, Values][] = section.on ? [["on", dataOf({ kind: "levels" }, 0)]] : [];
  return fc.record(Object.fromEntries([...values, ...sections, ...on]), {
    requiredKeys: [],
  }) as fc.Arbitrary<DataMap>;
}

/** The body of a network or a block. */
export const bodyOf = (): Values =>
  fc.oneof(
    layersOf(1),
    layersOf(1).map(
      (parts): Data => ({ first: { pipe: ["input", ...(parts as readonly Data[])] }, return: "first" }),
    ),
  );
