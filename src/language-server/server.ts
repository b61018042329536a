/** The language server's transport: requests of an editor to functions of a snapshot, and nothing else. */
import { fileURLToPath } from "node:url";
import {
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  type Position,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { catalog } from "../components/index.ts";
import { fileHost } from "../load/file-host.ts";
import { libraryRoots } from "../load/library-roots.ts";
import { codeActions } from "./code-action.ts";
import { completion } from "./completion.ts";
import { plain } from "./completion-items.ts";
import { configFiles, namesSchema } from "./config-files.ts";
import { createCosts } from "./costs.ts";
import { definition, references } from "./definition.ts";
import { diagnosticsByFile } from "./diagnostics.ts";
import { formatting } from "./formatting.ts";
import { hover } from "./hover.ts";
import { inlayHints } from "./inlay-hints.ts";
import { createPublisher, type Publisher } from "./publisher.ts";
import { uriOf } from "./ranges.ts";
import { prepareRename, type Refusal, rename } from "./rename.ts";
import { documentSymbols } from "./symbols.ts";
import { createWorkspace, type Snapshot, type Workspace } from "./workspace.ts";
import { yamlCompletion } from "./yaml-completion.ts";

const capabilities: InitializeResult["capabilities"] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: [".", "=", "(", ",", ":", '"', "/"] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  inlayHintProvider: true,
  documentFormattingProvider: true,
  documentSymbolProvider: true,
};

/** How long after a key the text is checked, in milliseconds. */
const rest = 40;

interface Server {
  readonly connection: Connection;
  readonly texts: TextDocuments<TextDocument>;
  readonly workspace: Workspace;
  readonly publisher: Publisher;
  /** Whether the editor knows snippets. */
  readonly snippets: () => boolean;
}

/** Serves one editor until it ends the connection. */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
  const connection = createConnection(input, output);
  const texts = new TextDocuments(TextDocument);
  const workspace = createWorkspace({
    host: fileHost,
    catalog,
    libraryRoots: libraryRoots(),
    list: configFiles,
  });
  const publisher = createPublisher((path, diagnostics) => {
    void connection.sendDiagnostics({ uri: uriOf(path), diagnostics: [...diagnostics] });
  });
  let snippets = false;
  const server: Server = { connection, texts, workspace, publisher, snippets: () => snippets };
  connection.onInitialize((parameters) => {
    for (const folder of foldersOf(parameters)) workspace.addFolder(folder);
    snippets = parameters.capabilities.textDocument?.completion?.completionItem?.snippetSupport ?? false;
    return { capabilities, serverInfo: { name: "rcnn" } };
  });
  followTexts(server);
  answerRequests(server);
  texts.listen(connection);
  connection.listen();
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.flatMap((uri) => pathOf(uri) ?? []);
}

/** Undefined for what is no file, or is not ours: a text in YAML is where its head says so. */
const pathOf = (uri: string): string | undefined =>
  uri.startsWith("file:") ? fileURLToPath(uri) : undefined;

function configPath({ uri }: { readonly uri: string }, { texts }: Server): string | undefined {
  const path = pathOf(uri);
  if (path?.endsWith(".rcnn")) return path;
  const isOurs = path && /\.ya?ml$/.test(path) && namesSchema(texts.get(uri)?.getText().slice(0, 400) ?? "");
  return isOurs ? path : undefined;
}

/** Keeps the workspace at what the editor shows, and the editor's list of problems at what is wrong with it. */
function followTexts(server: Server): void {
  const { connection, texts, workspace, publisher } = server;
  let timer: NodeJS.Timeout | undefined;
  const checkSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void checkAll(server), rest);
  };
  texts.onDidChangeContent(({ document }) => {
    const path = configPath(document, server);
    if (path) workspace.open(path, document);
    checkSoon();
  });
  texts.onDidClose(({ document }) => {
    const path = pathOf(document.uri);
    if (!path) return;
    workspace.close(path);
    publisher.forget(path);
    checkSoon();
  });
  connection.onDidChangeWatchedFiles(checkSoon);
}

async function checkAll(server: Server): Promise<void> {
  const { connection, texts, workspace, publisher } = server;
  for (const document of texts.all()) {
    const path = configPath(document, server);
    const check = async (): Promise<void> => {
      const snapshot = path && (await workspace.snapshot(path));
      if (snapshot) publisher.set(snapshot.path, diagnosticsByFile(snapshot));
    };
    await guarded(connection, check, undefined);
  }
}

type At = { readonly textDocument: { readonly uri: string }; readonly position: Position };

function answerRequests(server: Server): void {
  const { connection, workspace } = server;
  const costs = createCosts((problem) => tell(connection, problem));
  /** `answer` with what is known of the text; `otherwise` where it is none of ours. */
  const about = async <T>(
    at: Pick<At, "textDocument">,
    otherwise: T,
    answer: (snapshot: Snapshot) => T | Promise<T>,
  ): Promise<T> => {
    const path = configPath(at.textDocument, server);
    return guarded(
      connection,
      async () => {
        const snapshot = path && (await workspace.snapshot(path));
        return snapshot ? answer(snapshot) : otherwise;
      },
      otherwise,
    );
  };
  connection.onCompletion((at) =>
    about(at, [], async (known) => {
      const complete = /\.ya?ml$/.test(known.path) ? yamlCompletion : completion;
      const items = complete(known, at.position, await workspace.usable(known.path));
      return server.snippets() ? [...items] : items.map(plain);
    }),
  );
  connection.onHover((at) =>
    about(at, null, async (own) => {
      const known = await workspace.withUsers(own);
      return hover(known, at.position, costs(known.models)) ?? null;
    }),
  );
  connection.onDefinition((at) => about(at, [], (known) => [...definition(known, at.position)]));
  connection.onReferences((at) =>
    about(at, [], async (known) => [...references(known, at.position, await workspace.scopes())]),
  );
  connection.onPrepareRename((at) => about(at, null, (known) => allowed(prepareRename(known, at.position))));
  connection.onRenameRequest((at) =>
    about(at, null, async (known) =>
      allowed(rename(known, at.position, at.newName, await workspace.scopes())),
    ),
  );
  connection.onCodeAction((at) => about(at, [], (known) => [...codeActions(known, at.range)]));
  connection.onDocumentFormatting((at) => about(at, [], (known) => [...formatting(known)]));
  connection.onDocumentSymbol((at) => about(at, [], (known) => [...documentSymbols(known)]));
  connection.languages.inlayHint.on((at) =>
    about(at, [], async (known) => [...inlayHints(await workspace.withUsers(known), at.range)]),
  );
}

function allowed<T extends object>(result: T | Refusal): T {
  if ("refusal" in result) throw new ResponseError(LSPErrorCodes.RequestFailed, result.refusal);
  return result;
}

/** A mistake of ours ends one answer, not the server. */
async function guarded<T>(connection: Connection, work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    tell(connection, error);
    return otherwise;
  }
}

const tell = (connection: Connection, problem: unknown): void =>
  connection.console.error(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
