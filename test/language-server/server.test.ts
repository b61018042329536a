/** The server beside an editor's files: unsaved texts, line ends, changed and deleted bases, several open files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { Diagnostic, RegistrationParams, TextEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { serve } from "../../src/language-server/server.ts";

let folder: string;
let client: MessageConnection;
let problems: Map<string, readonly Diagnostic[]>;
let registrations: string[];

const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const codes = (uri: string) => problems.get(uri)?.map(({ code }) => code);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-server-"));
  problems = new Map();
  registrations = [];
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(up, down);
  client = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  client.onNotification("textDocument/publishDiagnostics", (found) => {
    problems.set(found.uri, found.diagnostics);
  });
  client.onRequest("client/registerCapability", (asked: RegistrationParams) => {
    registrations.push(...asked.registrations.map(({ method }) => method));
    return null;
  });
  client.listen();
  await client.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "configs" }],
    capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
  });
  await client.sendNotification("initialized", {});
});

afterEach(() => {
  client.dispose();
  rmSync(folder, { recursive: true });
});

const open = (uri: string, text: string, languageId = "rcnn") =>
  client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });

const until = (uri: string, wanted: readonly string[]) =>
  expect.poll(() => codes(uri), { timeout: 10_000 }).toEqual(wanted);

const changed = (name: string, type: number) =>
  client.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: uriOf(name), type }] });

const base = 'use "faster-rcnn-nuclei"\nmodel base extends faster_rcnn_nuclei {}\n';
const child = 'use "base"\nmodel child extends base { detect { score = 0.1 } }\n';

test("the editor is asked to tell of changed files", async () => {
  await expect.poll(() => registrations).toEqual(["workspace/didChangeWatchedFiles"]);
});

test("a base that changes, goes and comes back on the disk is seen from the file that uses it", async () => {
  write("base.rcnn", base);
  await open(uriOf("child.rcnn"), child);
  await until(uriOf("child.rcnn"), []);
  write("base.rcnn", base.replace("model base", "model other"));
  await changed("base.rcnn", 2);
  await until(uriOf("child.rcnn"), ["merge/unknown-model"]);
  rmSync(join(folder, "base.rcnn"));
  await changed("base.rcnn", 3);
  await until(uriOf("child.rcnn"), ["load/unresolved-use"]);
  write("base.rcnn", base);
  await changed("base.rcnn", 1);
  await until(uriOf("child.rcnn"), []);
});

test("an open base counts as the editor shows it", async () => {
  write("base.rcnn", base);
  await open(uriOf("child.rcnn"), child);
  await open(uriOf("base.rcnn"), base.replace("model base", "model other"));
  await until(uriOf("child.rcnn"), ["merge/unknown-model"]);
  await client.sendNotification("textDocument/didClose", { textDocument: { uri: uriOf("base.rcnn") } });
  await until(uriOf("child.rcnn"), []);
});

test("a text without a file is checked, and its names are known", async () => {
  const uri = "untitled:Untitled-1";
  write("base.rcnn", base);
  await open(uri, child.replace("score", "scor"));
  await until(uri, ["check/unknown-key"]);
  const at = { textDocument: { uri }, position: { line: 1, character: 8 } };
  expect(await client.sendRequest("textDocument/rename", { ...at, newName: "grown" })).toMatchObject({
    changes: { [uri]: [{ newText: "grown" }] },
  });
});

test("a text in YAML that no longer names the schema has no problems of ours", async () => {
  const uri = uriOf("a.yaml");
  const text = "# yaml-language-server: $schema=rcnn.schema.json\nmodels: {}\n";
  await open(uri, text, "yaml");
  await expect.poll(() => codes(uri)?.length).toBeGreaterThan(0);
  const textDocument = { uri, version: 2 };
  const contentChanges = [{ text: "models: {}\n" }];
  await client.sendNotification("textDocument/didChange", { textDocument, contentChanges });
  await until(uri, []);
});

test("changes are counted in UTF-16 units, behind characters of two and lines that end in CRLF", async () => {
  const uri = uriOf("a.rcnn");
  const text = `// 𝒜😀\r\n${base.replaceAll("\n", "\r\n")}`;
  await open(uri, text);
  await until(uri, []);
  const start = { line: 2, character: "model base ".length };
  const range = { start, end: { line: 2, character: start.character + "extends".length } };
  const contentChanges = [
    { range, text: "/* 😀 */ extend" },
    { range: { start: { line: 0, character: 5 }, end: { line: 0, character: 7 } }, text: "" },
  ];
  await client.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges,
  });
  await expect.poll(() => codes(uri)?.length).toBeGreaterThan(0);
  const undo = [{ range: { start, end: { line: 2, character: start.character + 15 } }, text: "extends" }];
  await client.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 3 },
    contentChanges: undo,
  });
  await until(uri, []);
});

test("formatting keeps the ends of lines", async () => {
  const uri = uriOf("a.rcnn");
  const text = base.replaceAll("\n", "\r\n").replace("model base", "model   base");
  await open(uri, text);
  const edits = await client.sendRequest<TextEdit[]>("textDocument/formatting", {
    textDocument: { uri },
    options: { tabSize: 2, insertSpaces: true },
  });
  const formatted = TextDocument.applyEdits(TextDocument.create(uri, "rcnn", 1, text), edits);
  expect(formatted).toBe(base.replaceAll("\n", "\r\n").replace("model base", "\r\nmodel base"));
});
