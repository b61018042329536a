/** The VS Code folder: it names files that are there, and starts the language server. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import * as t from "../../grammar/tokens.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "editors", "vscode");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test("what the extension contributes is there once it is prepared", () => {
  const target = mkdtempSync(join(tmpdir(), "rcnn-vscode-"));
  execFileSync(process.execPath, [join(folder, "prepare.mjs"), target]);
  const { contributes } = read(join(folder, "package.json"));
  const paths = [contributes.languages[0].configuration, contributes.grammars[0].path];
  expect(paths.map((path) => existsSync(join(target, path)))).toEqual([true, true]);
  expect(read(join(target, contributes.grammars[0].path)).scopeName).toBe(contributes.grammars[0].scopeName);
  rmSync(target, { recursive: true });
});

test("brackets and comments are those of the language", () => {
  const { brackets, comments } = read(join(root, "grammar", "language-configuration.json"));
  const pairs = [
    [t.LeftBrace, t.RightBrace],
    [t.LeftBracket, t.RightBracket],
    [t.LeftParenthesis, t.RightParenthesis],
  ];
  expect(brackets).toEqual(pairs.map((pair) => pair.map(({ PATTERN }) => PATTERN)));
  expect(t.lexer.tokenize(`${comments.lineComment} a word`).tokens).toEqual([]);
});

test("the extension starts `rcnn lsp`, and stops it", async () => {
  const said: unknown[] = [];
  class LanguageClient {
    constructor(...given: unknown[]) {
      said.push(given[2]);
    }
    start = async () => said.push("start");
    stop = async () => said.push("stop");
  }
  const modules: Record<string, unknown> = {
    vscode: {
      workspace: {
        getConfiguration: () => ({ get: () => ["node", "run.js"] }),
        createFileSystemWatcher: () => ({}),
      },
    },
    "vscode-languageclient/node": { LanguageClient },
  };
  const exports: { activate?: () => Promise<void>; deactivate?: () => Promise<void> } = {};
  runInNewContext(readFileSync(join(folder, "extension.js"), "utf8"), {
    exports,
    require: (name: string) => modules[name],
  });
  await exports.activate!();
  await exports.deactivate!();
  expect(said).toEqual([{ command: "node", args: ["run.js", "lsp"] }, "start", "stop"]);
});
