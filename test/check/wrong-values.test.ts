/** Every key of every block refuses a value of another kind, at the line where it stands. */
import { expect, test } from "vitest";
import type { Section } from "../../src/check/catalog.ts";
import type { Kind } from "../../src/check/kinds.ts";
import { optionsOf } from "../../src/check/project.ts";
import { catalog } from "../../src/components/catalog.ts";
import { extended, lineOf } from "../model/model-of.ts";

interface Key {
  /** `rpn.anchors.sizes` */
  readonly path: string;
  /** What opens the blocks around the key, and closes them. */
  readonly before: string;
  readonly after: string;
  readonly key: string;
  readonly kind: Kind;
}

function keysOf(section: Section, path: string, before: string, after: string): readonly Key[] {
  const own = Object.entries(section.parameters).map(([key, { kind }]) => ({
    path: `${path}${key}`,
    before,
    after,
    key,
    kind,
  }));
  const inner = Object.entries(section.sections).flatMap(([keyword, part]) => {
    if (part.kind === "one")
      return keysOf(part.section, `${path}${keyword}.`, `${before}${keyword} { `, ` }${after}`);
    return Object.entries(part.types).flatMap(([type, typed]) =>
      keysOf(typed, `${path}${type}.`, `${before}${keyword} ${type}: ${type} { `, ` }${after}`),
    );
  });
  return [...own, ...inner];
}

const takesText = (kind: Kind): boolean => optionsOf(kind).some((option) => option.kind === "text");

const keys = keysOf(catalog.model, "", "", "").filter(({ kind }) => !takesText(kind));

test("the catalogue has keys", () => {
  expect(keys.length).toBeGreaterThan(50);
});

test.each(keys)("$path refuses a text, a record and a misspelling", async ({ before, after, key }) => {
  for (const [name, value] of [
    [key, '"text"'],
    [key, "{ a = 1 }"],
    [`${key}x`, "1"],
  ]) {
    const { diagnostics } = await extended(`${before}\n  ${name} = ${value}\n${after}`);
    // The extension begins at line 4 and opens its blocks there; the key is on the next.
    const here = diagnostics.filter(
      (diagnostic) => diagnostic.span?.source.name === "m.rcnn" && lineOf(diagnostic) === 5,
    );
    // Where a record may stand, it lacks its own keys too.
    const lacking = here.filter(({ code }) => code === "check/missing-key");
    expect(here.length - lacking.length, `${name} = ${value}`).toBe(1);
    expect(here[0]!.message).toContain(name);
  }
});

const bounded = keys.flatMap((key) =>
  optionsOf(key.kind).flatMap((option) => {
    if (option.kind !== "number" && option.kind !== "integer") return [];
    const { minimum, maximum, above } = option;
    const low = above ?? (minimum === undefined ? undefined : minimum - 1);
    return [low, maximum === undefined ? undefined : maximum + 1].flatMap((value) =>
      value === undefined ? [] : [{ ...key, value }],
    );
  }),
);

test.each(bounded)("$path refuses $value", async ({ before, after, key, value }) => {
  const { diagnostics } = await extended(`${before}\n  ${key} = ${value}\n${after}`);
  const here = diagnostics.filter((diagnostic) => lineOf(diagnostic) === 5);
  expect(here.map(({ code }) => code)).toEqual(["check/wrong-value"]);
});
