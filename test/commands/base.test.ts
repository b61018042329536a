/** Who is to blame decides the exit code: 2 for input and machine, 1 for our own mistakes. */
import type { Config } from "@oclif/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RcnnCommand } from "../../src/commands/base.ts";
import { commandCodes } from "../../src/diagnostics/codes/command.ts";
import { diagnose } from "../../src/diagnostics/codes.ts";
import { RuntimeFault } from "../../src/runtime/fault.ts";
import { invariant } from "../../src/support/invariant.ts";

/** As much of oclif's configuration as a command asks for. */
const config = {
  bin: "rcnn",
  commandIDs: [],
  runHook: async () => ({ successes: [], failures: [] }),
  scopedEnvVar: () => undefined,
  scopedEnvVarKeys: () => [],
  pjson: { oclif: {} },
} as unknown as Config;

const usage = diagnose(commandCodes, "command/usage", { problem: "Wrong.", command: "fake" });
const warning = { ...usage, severity: "warning" } as const;

let written: { stdout: string; stderr: string };
const consoles = { log: console.log, info: console.info, debug: console.debug };
beforeEach(() => {
  written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += text;
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(console, consoles);
});

/** Runs a command that does `work`; gives its exit code. */
async function exitCodeOf(work: (take: Take) => unknown, ...argv: string[]): Promise<number> {
  class Fake extends RcnnCommand {
    async run(): Promise<unknown> {
      await this.parse(Fake);
      return work((result) => this.take(result));
    }
  }
  const command = new Fake(argv, config) as unknown as { _run(): Promise<unknown> };
  try {
    await command._run();
    return 0;
  } catch (error) {
    return (error as { oclif: { exit: number } }).oclif.exit;
  }
}
type Take = (result: { value?: unknown; diagnostics: readonly (typeof usage)[] }) => Promise<unknown>;

test("a broken promise of the compiler is our mistake: exit code 1, with the stack", async () => {
  expect(await exitCodeOf(() => invariant(false, "ranks differ"))).toBe(1);
  expect(written.stderr).toMatch(/mistake in rcnn and not in your text: ranks differ.*\n[\s\S]*^\s+at /m);
});

test("so is an error that nobody foresaw", async () => {
  expect(await exitCodeOf(() => (undefined as unknown as string).length)).toBe(1);
});

test("a back end that is missing is shown as its message, exit code 2", async () => {
  const work = () => {
    throw new RuntimeFault(usage);
  };
  expect(await exitCodeOf(work)).toBe(2);
  expect(written.stderr).toBe("error: Wrong. See `rcnn fake --help`. [command/usage]\n");
});

test("a file that the system refuses is one message with its path, exit code 2", async () => {
  const { writeFile } = await import("node:fs/promises");
  expect(await exitCodeOf(() => writeFile("/dev/null/x", ""))).toBe(2);
  expect(written.stderr).toBe(
    "error: Could not open `/dev/null/x`: a part of the path is not a folder. [command/file]\n",
  );
});

test("warnings are shown and the value goes on", async () => {
  let value: unknown;
  const work = async (take: Take) => {
    value = await take({ value: 7, diagnostics: [warning] });
  };
  expect(await exitCodeOf(work)).toBe(0);
  expect({ value, stderr: written.stderr }).toMatchObject({
    value: 7,
    stderr: expect.stringMatching(/^warning: /),
  });
});

test("a value beside an error does not go on", async () => {
  expect(await exitCodeOf((take) => take({ value: 7, diagnostics: [usage] }))).toBe(2);
});

test("with --json what libraries print goes to standard error", async () => {
  const work = () => {
    expect(console.log).toBe(console.error);
    return { answer: 1 };
  };
  expect(await exitCodeOf(work, "--json")).toBe(0);
  expect(JSON.parse(written.stdout)).toEqual({ answer: 1 });
});
