/** Hostile texts end in diagnostics: a corpus of known ones, and some thousands of the fuzzer's. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digest, digestText, setTable, type Table } from "../../bench/digest.ts";
import { randomOf } from "../../bench/hostile/random.ts";
import { corpus, hostile } from "../../bench/hostile.ts";
import { fileHost } from "../../src/load/file-host.ts";

const folder = "test/syntax/hostile";

let table: Table;
beforeAll(async () => {
  table = await setTable(4);
});
afterAll(() => table.close());

const rows = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => row(index)).join("");

test.each(readdirSync(folder))("%s ends in an error", async (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const name = file.endsWith(".yaml") ? "m.yaml" : "m.rcnn";
  const { verdict } = await digestText({ name, text }, true, randomOf(0), table);
  expect(verdict).toMatch(/\//);
});

test.each([
  ["nested lists", "m.rcnn", `a = ${"[".repeat(100_000)}`],
  ["nested maps", "m.yaml", `a: ${"{a: ".repeat(20_000)}`],
  [
    "nested blocks of YAML",
    "m.yaml",
    Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
  ],
  ["arrows", "m.rcnn", `a = b${" -> b".repeat(100_000)} ->`],
  ["keys", "m.yaml", `${Array.from({ length: 50_000 }, (_, index) => `a${index}: 1`).join("\n")}\nb: [`],
  ["digits", "m.rcnn", `a = ${"9".repeat(500_000)}`],
  ["quotes", "m.rcnn", `a = ${'"'.repeat(100_001)}`],
  ["documentation", "m.rcnn", `${"/// a\n".repeat(100_000)}model`],
  ["more than is read", "m.rcnn", " ".repeat(1_000_001)],
  ["keys of a model", "m.rcnn", `model m { ${rows(20_000, (i) => `k${i} = 1\n`)} }`],
  ["blocks", "m.rcnn", `model m { ${rows(15_000, (i) => `k${i} { }\n`)} }`],
  ["changes of a key", "m.rcnn", `model m { ${rows(15_000, () => "replace classes = 2\n")} }`],
  ["models that extend each other", "m.rcnn", `${rows(9_000, (i) => `model m${i + 1} extends m${i} { }\n`)}`],
  ["files", "m.rcnn", rows(60_000, (i) => `use "x${i}"\n`)],
  ["ablations", "m.rcnn", rows(9_000, (i) => `ablation a${i} { base = m case x { classes = ${i} } }\n`)],
  [
    "constants in a row",
    "m.rcnn",
    `${rows(9_000, (i) => `c${i + 1} = c${i} + 1\n`)}model m { classes = c9000 }`,
  ],
  [
    "names of a network in a row",
    "m.rcnn",
    `use "faster-rcnn-nuclei"\nblock b() { x0 = input ${rows(4_000, (i) => `x${i + 1} = x${i} -> relu `)} return x4000 }\nmodel m extends faster_rcnn_nuclei { backbone = input -> b() -> y }`,
  ],
  [
    "layers that are alike",
    "m.rcnn",
    `use "faster-rcnn-nuclei"\nblock n0() { return input -> relu }\n${rows(13, (i) => `block n${i + 1}() { return input -> n${i}() -> n${i}() }\n`)}model m extends faster_rcnn_nuclei { backbone = input -> n13() -> y }`,
  ],
  ["mistakes", "m.rcnn", "a = = b\n".repeat(40_000)],
  ["mistakes in values", "m.yaml", rows(20_000, (i) => `k${i}: "((("\n`)],
  ["operators without values", "m.yaml", "? ".repeat(400_000)],
  ["lists in lists in YAML", "m.yaml", `a: ${"[".repeat(900_000)}`],
  ["indices", "m.rcnn", `a = a${"[0]".repeat(60_000)}`],
  ["words", "m.rcnn", "names in a row are no blocks in each other\n".repeat(20_000)],
] as const)("endless %s end in an error, soon", async (_, name, text) => {
  const began = process.cpuUsage();
  const { verdict } = await digestText({ name, text }, true, randomOf(0), table);
  expect(verdict).toMatch(/\//);
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5);
});

/** `npm run fuzz -- --count 1000000` tries more. */
test("thousands of inputs of the fuzzer come to no harm, and reach every reader", {
  timeout: 240_000,
}, async () => {
  const texts = corpus();
  const reached = new Set<string>();
  for (let seed = 0; seed < 3000; seed++) {
    const { readers } = await digest(hostile(seed, texts), seed, table);
    for (const reader of readers) reached.add(reader);
  }
  expect([...reached].sort()).toEqual(
    [
      ...["parse", "load", "resolve", "sweep", "explain, diff, resolved", "--set", "file"],
      ...["coco", "voc", "proposals", "mapping", "categories", "weights"],
      ...["run", "manifest", "evaluation", "settings"],
    ].sort(),
  );
});

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "rcnn-hostile-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("a folder, a device and a missing file are no texts, and of a huge file only the beginning is read", async () => {
  const huge = join(scratch, "huge.rcnn");
  writeFileSync(huge, Buffer.alloc(30_000_000, " "));
  expect(await fileHost.read(scratch)).toBeUndefined();
  expect(await fileHost.read("/dev/zero")).toBeUndefined();
  expect(await fileHost.read(join(scratch, "none.rcnn"))).toBeUndefined();
  expect((await fileHost.read(huge))!.length).toBeLessThan(5_000_000);
});
