/** `rcnn format` and `rcnn convert` on files: what they write, what they leave alone, and their exit codes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "@oclif/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Convert from "../../src/commands/convert.ts";
import Format from "../../src/commands/format.ts";

/** As much of oclif's configuration as a command asks for. */
const config = {
  bin: "rcnn",
  commandIDs: [],
  runHook: async () => ({ successes: [], failures: [] }),
  scopedEnvVar: () => undefined,
  scopedEnvVarKeys: () => [],
  pjson: { oclif: {} },
} as unknown as Config;

let folder: string;
let written: { stdout: string; stderr: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-format-"));
  written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += text;
      return true;
    });
  }
  // The commands log by way of the console, which vitest keeps for itself.
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    written.stdout += `${line}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: typeof Format | typeof Convert, ...argv: string[]): Promise<number> {
  const made = new command(argv, config) as unknown as { _run(): Promise<unknown> };
  try {
    await made._run();
    return 0;
  } catch (error) {
    return (error as { oclif?: { exit?: number } }).oclif?.exit ?? -1;
  }
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const untidy = "model m { // one\n  classes=1 }\n";
const tidy = "model m {  // one\n  classes = 1\n}\n";

test("format writes a file in its one form, and nothing the second time", async () => {
  const path = file("m.rcnn", untidy);
  expect(await run(Format, path)).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(tidy);
  expect(written.stdout).toContain(`Formatted ${path}`);
  written.stdout = "";
  expect(await run(Format, path)).toBe(0);
  expect(written.stdout).not.toContain("Formatted");
  expect(readdirSync(folder)).toEqual(["m.rcnn"]);
});

test("format --check names each file that would change, and changes none", async () => {
  const paths = [
    file("a.rcnn", untidy),
    file("b.rcnn", tidy),
    file("c.yaml", "model:\n    m: {classes: 1}\n"),
  ];
  expect(await run(Format, "--check", ...paths)).toBe(2);
  expect(written.stderr.match(/command\/unformatted/g)).toHaveLength(2);
  expect(readFileSync(paths[0]!, "utf8")).toBe(untidy);
  expect(await run(Format, ...paths)).toBe(0);
  expect(await run(Format, "--check", ...paths)).toBe(0);
});

test.each([
  ["a text with a syntax error", "m.rcnn", "model m {\n", "syntax/unclosed"],
  ["a text in another encoding", "m.rcnn", Buffer.from("// caf\xe9\n", "latin1"), "command/not-text"],
  ["a file that is no config", "m.txt", "model m {}\n", "load/unknown-notation"],
])("format leaves %s as it is", async (_, name, content, code) => {
  const path = file(name, content);
  const before = readFileSync(path);
  expect(await run(Format, path)).toBe(2);
  expect(written.stderr).toContain(code);
  expect(readFileSync(path)).toEqual(before);
});

test("convert writes the other notation, and from that the first again", async () => {
  const path = file("m.rcnn", tidy);
  const yaml = join(folder, "m.yaml");
  expect(await run(Convert, path, "--out", yaml)).toBe(0);
  expect(readFileSync(yaml, "utf8")).toMatch(
    /^# yaml-language-server: \$schema=\S*grammar\/rcnn\.schema\.json\nmodel:\n {2}m: {2}# one\n {4}classes: 1\n$/,
  );
  const back = join(folder, "back.rcnn");
  expect(await run(Convert, yaml, "--out", back)).toBe(0);
  expect(readFileSync(back, "utf8")).toBe(tidy);
});

test("convert without --out prints the text alone", async () => {
  expect(await run(Convert, file("m.yaml", "model: { m: { classes: 1 } }\n"))).toBe(0);
  expect(written.stdout).toBe("model m {\n  classes = 1\n}\n");
});

test("convert refuses what YAML cannot say, at its place, and a name of the wrong notation", async () => {
  const path = file("m.rcnn", "model m {\n  type = 1\n}\n");
  expect(await run(Convert, path, "--out", join(folder, "m.yaml"))).toBe(2);
  expect(written.stderr).toMatch(/m\.rcnn:\d+:\d+.*command\/unconvertible/s);
  expect(await run(Convert, file("n.rcnn", tidy), "--out", join(folder, "n.rcnn"))).toBe(2);
  expect(written.stderr).toContain("expected a name that ends in `.yaml`");
  expect(readdirSync(folder).sort()).toEqual(["m.rcnn", "n.rcnn"]);
});
