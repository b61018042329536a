/** The checks that the build writes find what those find that are compiled from the same schema. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createJudge, type PreparedChecks, preparedName } from "../../src/check/json-schema.ts";
import { reference } from "../../src/check/kind-schema.ts";
import { libraryArguments, preparedCode } from "../../src/check/prepare-checks.ts";
import { preparedChecks, preparedFile } from "../../src/check/prepared-checks.ts";
import type { Json } from "../../src/check/project.ts";
import { definitionsOf } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/catalog.ts";

const folder = mkdtempSync(join(tmpdir(), "rcnn-checks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const definitions = definitionsOf(catalog);
const file = join(folder, "prepared.cjs");
const others = libraryArguments(["configs"]);
writeFileSync(file, preparedCode(definitions, others));
const prepared = createRequire(import.meta.url)(file) as PreparedChecks;

test("each definition has its own check", () => {
  const names = Object.keys(definitions).map(preparedName);
  expect(new Set(names).size).toBe(names.length);
  const found = Object.keys(prepared.definitions).filter((name) => !name.startsWith("other_"));
  expect(found.sort()).toEqual(names.sort());
});

test("sources that run as they are have none prepared, and compile", () => {
  expect(existsSync(preparedFile)).toBe(false);
  expect(preparedChecks()).toBeUndefined();
});

type Data = { [key: string]: Json };
const text = readFileSync("configs/mask-rcnn-nuclei.yaml", "utf8");
const model = Object.values((parse(text) as { model: Data }).model)[0] as Data;
const entries = Object.entries(model).flatMap(([key, value]) => [[key, value] as const]);

/** Parts of a model with other values between. */
const values = fc.oneof(
  fc.constantFrom<Json>(model, ...entries.map(([, value]) => value)),
  fc
    .tuple(fc.constantFrom(...entries), fc.constantFrom<Json>(3, "7x7", true, null, [], { a: 1 }))
    .map(([[key], value]): Json => ({ ...model, [key]: value })),
  fc.dictionary(
    fc.constantFrom("call", "size", "channels", "beta", "unknown"),
    fc.constantFrom<Json>(1, "none", -1),
  ),
);

test("a value has the same errors", () => {
  const [compiling, ready] = [createJudge(() => definitions), createJudge(() => definitions, prepared)];
  let wrong = 0;
  const anyDefinition = fc.constantFrom(...Object.keys(definitions));
  fc.assert(
    fc.property(values, anyDefinition, (value, name) => {
      const errors = ready(value, reference(name));
      expect(errors).toEqual(compiling(value, reference(name)));
      wrong += Math.min(errors.length, 1);
    }),
    { numRuns: 500 },
  );
  expect(wrong).toBeGreaterThan(100);
});

test("what the library's networks and blocks take is among them", () => {
  expect(others.length).toBeGreaterThan(10);
  const compiling = createJudge(() => definitions);
  const ready = createJudge(undefined, prepared);
  for (const schema of others) {
    const value = { unknown: 1, depth: "x", channels: -1, layers: 0.5 };
    expect(ready(value, schema)).toEqual(compiling(value, schema));
    expect(ready({}, schema)).toEqual([]);
  }
});
