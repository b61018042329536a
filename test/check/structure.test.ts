/**
 * The schema and `check` judge the structure of a YAML text alike, and at the same place: over the shipped configs and over
 * documents of the whole catalogue, right ones and ones with a part made wrong. `DOCUMENTS=10000` tries more of them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parse } from "../../src/syntax/parse.ts";
import { convert, format } from "../../src/syntax/rewrite.ts";
import { shapeOf } from "../syntax/shape-of.ts";
import { type Change, changedAt, changes, documents, pathsIn } from "./catalogue-documents.ts";
import type { Data } from "./catalogue-values.ts";
import { disagreement, errorsOf, refusals } from "./judged.ts";

const count = Number(process.env.DOCUMENTS ?? 150);

const yamlOf = (data: Data): string => stringify(data, { aliasDuplicateObjects: false });

const shipped = readdirSync("configs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => join("configs", name));

test.each(shipped)("the schema accepts %s", (path) => {
  expect(refusals(readFileSync(path, "utf8"))).toEqual([]);
});

test("right documents are accepted, and what is wrong with them is not their structure", async () => {
  const wrong = new Set<string>();
  for (const made of fc.sample(documents, { numRuns: count, seed: 1 })) {
    const text = yamlOf(made);
    const found = (await disagreement(text)) ?? refusals(text).join(", ");
    if (found) wrong.add(found);
  }
  expect([...wrong]).toEqual([]);
});

const rows = fc
  .tuple(documents, fc.nat(), fc.constantFrom(...Object.entries(changes)))
  .map(([made, part, [what, change]]): [string, string, string] => {
    const paths = pathsIn(made);
    const path = paths[part % paths.length]!;
    const steps = path.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1"));
    return [yamlOf(changedAt(made, path, change as Change)), `/${steps.join("/")}`, what];
  });

test("what the schema refuses check refuses there; what it accepts fails by codes that are not structural", async () => {
  const wrong = new Set<string>();
  for (const [text, path, what] of fc.sample(rows, { numRuns: count, seed: 3 })) {
    const found = await disagreement(text, path);
    if (found) wrong.add(`${path} ${what}: ${found}`);
  }
  expect([...wrong]).toEqual([]);
});

/** Without what the schema does not see, which there is in YAML alone. */
const plain = (code: string): string =>
  code.replace("check/unfit-key", "check/unknown-key").replace("check/unfit-value", "check/wrong-value");

test("in the other notation a document has the same errors, and comes back as it was", async () => {
  for (const made of fc.sample(documents, { numRuns: Math.ceil(count / 4), seed: 5 })) {
    const yaml = { name: "m.yaml", text: yamlOf(made) };
    const rcnn = { name: "m.rcnn", text: convert(yaml).value! };
    const back = { name: "m.yaml", text: convert(rcnn).value! };
    expect(shapeOf(parse(back).value!.declarations)).toEqual(shapeOf(parse(yaml).value!.declarations));
    for (const each of [rcnn, back]) expect(format(each).value).toBe(each.text);
    const [one, other] = [await errorsOf(yaml.text), await errorsOf(rcnn.text, "m.rcnn")];
    const codes = (found: typeof one) => found.map(({ code }) => plain(code)).sort();
    expect(codes(other)).toEqual(codes(one));
  }
});
