/** A real client speaks with a server in a process of its own: start, open, complete, hover, rename, fix, stop. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import {
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  InlayHintRequest,
  LogMessageNotification,
  PrepareRenameRequest,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  RenameRequest,
  ShutdownRequest,
} from "vscode-languageserver-protocol";
import { type InstalledPackage, installPackage } from "../commands/installed-package.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "rcnn-lsp-"));
const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;

const parts = `block thin(width: integer) {
  return input -> conv(3x3, width, stride = 2) -> relu
}
`;
const config = `${readFileSync(join(root, "configs", "faster-rcnn-nuclei.rcnn"), "utf8")}`;
const main = `use "parts"\n${config.replace("smallResnet()", "tiny()").replace('use "library/small-resnet"\n', "")}
network tiny() -> { c2, c3, c4 } {
  c2 = input -> thin(8) as a -> thin(8) as b
  c3 = c2 -> thin(8)
  c4 = c3 -> thin(8)
}
`;

let installed: InstalledPackage;
let server: ChildProcess;
let client: MessageConnection;
const problems = new Map<string, PublishDiagnosticsParams>();
/** What the server says of its own mistakes. */
const faults: string[] = [];
const waiting = new Set<() => void>();

beforeAll(async () => {
  writeFileSync(join(folder, "parts.rcnn"), parts);
  writeFileSync(join(folder, "main.rcnn"), main);
  installed = installPackage();
  server = spawn(process.execPath, [join(installed.folder, "bin", "run.js"), "lsp", "--stdio"], {
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  client = createMessageConnection(
    new StreamMessageReader(server.stdout!),
    new StreamMessageWriter(server.stdin!),
  );
  client.onNotification(PublishDiagnosticsNotification.type.method, (found: PublishDiagnosticsParams) => {
    problems.set(found.uri, found);
    for (const check of waiting) check();
  });
  client.onNotification(LogMessageNotification.method, ({ message }: { message: string }) => {
    faults.push(message);
  });
  client.listen();
  const folders = [{ uri: pathToFileURL(folder).href, name: "configs" }];
  const { capabilities } = await client.sendRequest<{ capabilities: object }>(InitializeRequest.method, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders,
    capabilities: {},
  });
  expect(Object.keys(capabilities)).toEqual(expect.arrayContaining(["hoverProvider", "renameProvider"]));
  await client.sendNotification(InitializedNotification.method, {});
  await client.sendNotification(DidOpenTextDocumentNotification.method, {
    textDocument: { uri: uriOf("main.rcnn"), languageId: "rcnn", version: 1, text: main },
  });
}, 60_000);

afterAll(() => {
  client.dispose();
  server.kill();
  installed.remove();
  rmSync(folder, { recursive: true });
});

/** Waits until the problems of `main.rcnn` are as asked for. */
function until(right: (codes: readonly unknown[]) => boolean): Promise<PublishDiagnosticsParams> {
  return new Promise((done) => {
    const check = (): void => {
      const found = problems.get(uriOf("main.rcnn"));
      if (!found || !right(found.diagnostics.map(({ code }) => code))) return;
      waiting.delete(check);
      done(found);
    };
    waiting.add(check);
    check();
  });
}

const textDocument = { uri: uriOf("main.rcnn") };

/** Behind the first `word` of the text. */
function behind(word: string, text = main) {
  const before = text.slice(0, text.indexOf(word) + word.length).split("\n");
  return { textDocument, position: { line: before.length - 1, character: before.at(-1)!.length } };
}

let version = 1;
async function change(text: string): Promise<void> {
  version++;
  await client.sendNotification(DidChangeTextDocumentNotification.method, {
    textDocument: { uri: uriOf("main.rcnn"), version },
    contentChanges: [{ text }],
  });
}

const ask = <T>(method: string, parameters: object) => client.sendRequest<T>(method, parameters);

test("hover tells the shape of the layer under the cursor", async () => {
  const found = await ask<{ contents: { value: string } }>(HoverRequest.method, behind("c3 = c2 -> thi"));
  expect(found.contents.value).toContain("`backbone.c3`: [H/4, W/4, 8] -> **[H/8, W/8, 8]**");
});

test("completion knows the keys of the block, without snippets for a client that has none", async () => {
  const found = await ask<{ label: string; textEdit: { newText: string } }[]>(
    CompletionRequest.method,
    behind("detect { score = 0.05  "),
  );
  expect(found.map(({ label }) => label)).toContain("maskThreshold");
  const blocks = await ask<typeof found>(CompletionRequest.method, behind("classes  = 1\n  "));
  expect(blocks.map(({ label }) => label)).toContain("detect");
  expect(blocks.filter(({ textEdit }) => textEdit.newText.includes("$"))).toEqual([]);
});

test("a definition leads into the other file", async () => {
  const found = await ask<{ uri: string }[]>(DefinitionRequest.method, behind("c3 = c2 -> thi"));
  expect(found.map(({ uri }) => uri)).toEqual([uriOf("parts.rcnn")]);
});

test("rename changes both files, or says why not", async () => {
  const at = behind("c3 = c2 -> thi");
  expect(await ask(PrepareRenameRequest.method, at)).toMatchObject({ placeholder: "thin" });
  const { changes } = await ask<{ changes: Record<string, object[]> }>(RenameRequest.method, {
    ...at,
    newName: "slim",
  });
  expect(Object.keys(changes).toSorted()).toEqual([uriOf("main.rcnn"), uriOf("parts.rcnn")].toSorted());
  await expect(ask(RenameRequest.method, { ...at, newName: "conv" })).rejects.toThrow(
    "word of the catalogue",
  );
});

test("hints, outline and formatting are answered", async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = await ask<{ label: string }[]>(InlayHintRequest.method, { textDocument, range });
  expect(hints.map(({ label }) => label)).toContain("[H/8, W/8, 8]");
  const outline = await ask<{ name: string }[]>(DocumentSymbolRequest.method, { textDocument });
  expect(outline.map(({ name }) => name)).toEqual(["faster_rcnn_nuclei", "tiny"]);
  const options = { tabSize: 2, insertSpaces: true };
  expect(await ask(DocumentFormattingRequest.method, { textDocument, options })).toBeInstanceOf(Array);
});

test("a mistake is published while typing, and its fix takes it away", async () => {
  const wrong = main.replace("roiPool(7x7)", "roiPol(7x7)");
  await change(wrong);
  const { diagnostics } = await until((codes) => codes.includes("check/unknown-component"));
  const [action] = await ask<{ title: string; edit: { changes: Record<string, { newText: string }[]> } }[]>(
    CodeActionRequest.method,
    { textDocument, range: diagnostics[0]!.range, context: { diagnostics } },
  );
  expect(action!.edit.changes[uriOf("main.rcnn")]![0]!.newText).toBe("roiPool");
  await change(main);
  expect((await until((codes) => codes.length === 0)).diagnostics).toEqual([]);
});

test("a text that breaks off is no reason to stop", async () => {
  await change(main.slice(0, main.indexOf("roiPool")));
  await until((codes) => codes.some((code) => String(code).startsWith("syntax/")));
  await change(main);
  await until((codes) => codes.length === 0);
});

test("the server stops when it is told to", async () => {
  const ended = new Promise((done) => server.once("exit", done));
  await client.sendRequest(ShutdownRequest.method);
  await client.sendNotification(ExitNotification.method);
  expect(await ended).toBe(0);
  expect(faults).toEqual([]);
});
