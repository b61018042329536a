/** Every block of code in the tour of the language is what it says: it resolves and stands formatted, parses, fails as shown, or is a command. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "@oclif/core";
import { expect, test } from "vitest";
import { roles } from "../../src/check/kinds.ts";
import { parameterTypes } from "../../src/check/types.ts";
import { commands } from "../../src/commands/index.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { render } from "../../src/diagnostics/render.ts";
import { resolveFile } from "../../src/language.ts";
import { bareModel } from "../../src/model/bare-model.ts";
import { planAblations } from "../../src/sweep/plan.ts";
import { parseExpression } from "../../src/syntax/parse.ts";
import { format } from "../../src/syntax/rewrite.ts";

const page = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "language.md");
const text = await readFile(page, "utf8");

interface Example {
  /** What stands behind the fence: the notation, and how the block is to be read. */
  readonly info: string;
  readonly code: string;
  readonly line: number;
}

const examples: readonly Example[] = [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
  ({ 1: info, 2: code, index }) => ({
    info: info!,
    code: code!,
    line: text.slice(0, index).split("\n").length,
  }),
);

const hostOf = (name: string, code: string) => ({
  read: (path: string) =>
    path === name ? Promise.resolve(code) : readFile(path, "utf8").catch(() => undefined),
});

/** A file without a model of its own is read with one that uses what it declares. */
const whole = (code: string): string =>
  /^(model|ablation) /m.test(code)
    ? code
    : `${code}\nuse "faster-rcnn-nuclei"\nmodel m extends faster_rcnn_nuclei {}\n`;

const entries = (code: string): string =>
  `use "mask-rcnn-nuclei"\nmodel m extends mask_rcnn_nuclei {\n${code}}\n`;

async function read(name: string, code: string) {
  const host = hostOf(name, code);
  const { value, diagnostics } = await resolveFile(name, {}, host);
  const found: Diagnostic[] = [...diagnostics];
  if (value) found.push(...(await planAblations(name, { host })).diagnostics);
  return { model: value, shown: found.map((each) => render(each)).join("\n\n") };
}

const clean = async (name: string, code: string) => {
  const { model, shown } = await read(name, code);
  expect(shown).toBe("");
  return bareModel(model!);
};

const before = (example: Example): Example => examples[examples.indexOf(example) - 1]!;

const readers: Readonly<Record<string, (example: Example) => Promise<unknown>>> = {
  rcnn: async ({ code }) => {
    await clean("example.rcnn", whole(code));
    expect(format({ name: "example.rcnn", text: code }).value).toBe(code);
  },
  "rcnn in a model": ({ code }) => clean("example.rcnn", entries(code)),
  "rcnn values": async ({ code }) => {
    for (const line of code.trim().split("\n")) {
      const value = line.replace(/\s*\/\/.*$/, "");
      expect(parseExpression({ name: "example", text: value }).diagnostics, line).toEqual([]);
    }
  },
  "rcnn wrong": async ({ code }) => expect((await read("example.rcnn", code)).shown).not.toBe(""),
  "text of the above": async (example) =>
    expect(example.code.trimEnd()).toBe((await read("example.rcnn", before(example).code)).shown),
  yaml: ({ code }) => clean("example.yaml", code),
  "yaml of the above": async (example) =>
    expect(await clean("example.yaml", example.code)).toBe(
      await clean("example.rcnn", whole(before(example).code)),
    ),
  sh: async ({ code }) => {
    for (const line of code.trim().split("\n")) checkCommand(line);
  },
};

function checkCommand(line: string): void {
  const [program, name, ...words] = line.replace(/\s+#.*$/, "").split(/\s+/);
  expect(program, line).toBe("rcnn");
  const command = (commands as unknown as Record<string, Command.Class>)[name!];
  expect(command, line).toBeDefined();
  const flags = words.flatMap((word) => /^--([a-z-]+)/.exec(word)?.[1] ?? []);
  expect(
    flags.filter((flag) => !(flag in { ...command!.flags, json: true })),
    line,
  ).toEqual([]);
}

test("the tour has examples of every kind", () => {
  expect(examples.length).toBeGreaterThan(20);
  expect(examples.map(({ info }) => info).filter((info) => !(info in readers))).toEqual([]);
});

test.each(examples.map((example) => [example.line, example.info, example] as const))(
  "docs/language.md, line %i: %s",
  async (_line, _info, example) => {
    await readers[example.info]!(example);
  },
);

test("the tour names every type of parameters but the roles of components", () => {
  const types = parameterTypes.filter((name) => !(roles as readonly string[]).includes(name));
  expect(types.length).toBeGreaterThan(10);
  expect(types.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`\`${name}(`))).toEqual([]);
});
