/** Every word of the catalogue says what it is, where it comes from, what it takes and what holds without it. */
import { expect, test } from "vitest";
import type { Component, ParameterDef, Section } from "../../src/check/catalog.ts";
import type { Kind } from "../../src/check/kinds.ts";
import { catalog } from "../../src/components/catalog.ts";

interface Entry {
  readonly at: string;
  readonly item: Component | Section;
}

const components: readonly Entry[] = Object.entries(catalog.components).flatMap(([role, table]) =>
  Object.values<Component>(table).map((item) => ({ at: `${role}.${item.name}`, item })),
);

const sectionsOf = (at: string, item: Section): readonly Entry[] => [
  { at, item },
  ...Object.entries(item.sections).flatMap(([key, inner]) =>
    inner.kind === "one"
      ? sectionsOf(`${at}.${key}`, inner.section)
      : Object.entries(inner.types).flatMap(([type, section]) => sectionsOf(`${at}.${key}.${type}`, section)),
  ),
];

const entries = [...components, ...sectionsOf("model", catalog.model)];
const parameters = entries.flatMap(({ at, item }) =>
  Object.entries<ParameterDef>(item.parameters).map(([key, parameter]) => ({
    at: `${at}.${key}`,
    parameter,
  })),
);

test("every component and every section has a summary and a source", () => {
  expect(entries.length).toBeGreaterThan(70);
  const silent = entries.filter(({ item }) => !/\.$/.test(item.summary) || !item.source);
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test("every key has a summary, and a default or what it follows from, or neither where a text must give it", () => {
  const wrong = parameters.filter(
    ({ parameter: { summary, derived, ...rest } }) =>
      !/\.$/.test(summary) || (derived !== undefined && rest.default !== undefined),
  );
  expect(wrong.map(({ at }) => at)).toEqual([]);
});

const unboundedIn = (kind: Kind): boolean => {
  switch (kind.kind) {
    case "number":
    case "integer":
      return kind.minimum === undefined && kind.above === undefined;
    case "range":
      return kind.minimum === undefined;
    case "list":
      return unboundedIn(kind.item);
    case "record":
      return Object.values(kind.fields).some(unboundedIn);
    case "either":
      return kind.options.some(unboundedIn);
    default:
      return false;
  }
};

test("every number has a range, but for those that may be any", () => {
  const unbounded = parameters.filter(({ parameter }) => unboundedIn(parameter.kind)).map(({ at }) => at);
  expect(unbounded).toEqual([
    "initializer.constant.value",
    "normalization.imagenet.mean",
    "normalization.caffe.mean",
    "normalization.caffeRgb.mean",
    "model.input.normalize",
  ]);
});
