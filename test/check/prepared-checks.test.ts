/** The checks that the build writes find what those find that are compiled from the same schema. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createJudge, type PreparedChecks, preparedName } from "../../src/check/json-schema.ts";
import { preparedCode } from "../../src/check/prepare-checks.ts";
import { preparedChecks, preparedFile } from "../../src/check/prepared-checks.ts";
import type { Json } from "../../src/check/project.ts";
import { reference } from "../../src/check/schema.ts";
import { definitionsOf } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/catalog.ts";

const folder = mkdtempSync(join(tmpdir(), "rcnn-checks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const definitions = definitionsOf(catalog);
const file = join(folder, "prepared.cjs");
writeFileSync(file, preparedCode(catalog));
const prepared = createRequire(import.meta.url)(file) as PreparedChecks;

test("each definition has its own check", () => {
  const names = Object.keys(definitions).map(preparedName);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(prepared).sort()).toEqual(names.sort());
});

test("sources that run as they are have none prepared, and compile", () => {
  expect(existsSync(preparedFile)).toBe(false);
  expect(preparedChecks()).toEqual({});
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
  const [compiling, ready] = [createJudge(definitions), createJudge(definitions, prepared)];
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
