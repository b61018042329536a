/** Hostile texts end in diagnostics: a corpus of known ones, and some thousands of the fuzzer's. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digest } from "../../bench/digest.ts";
import { corpus, hostile } from "../../bench/hostile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { fileHost } from "../../src/load/file-host.ts";

const folder = "test/syntax/hostile";

test.each(readdirSync(folder))("%s ends in an error", async (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const kind = name.endsWith(".yaml") ? "m.yaml" : "m.rcnn";
  expect(hasErrors(await digest({ name: kind, text }, true))).toBe(true);
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
] as const)("endless %s end in an error, soon", async (_, name, text) => {
  const began = process.cpuUsage();
  expect(hasErrors(await digest({ name, text }, true))).toBe(true);
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5);
});

/** `npm run fuzz -- --count 1000000` tries more. */
test("two thousand inputs of the fuzzer come to no harm", async () => {
  const texts = corpus();
  for (let seed = 0; seed < 2000; seed++) await digest(hostile(seed, texts), seed % 10 === 0);
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
