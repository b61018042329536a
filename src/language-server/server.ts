/** The language server's transport: requests of an editor to functions of a snapshot, and nothing else. */
import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
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
import { configFiles, mappingFiles, namesSchema } from "./config-files.ts";
import { createCosts } from "./costs.ts";
import { definition, references } from "./definition.ts";
import { diagnosticsByFile } from "./diagnostics.ts";
import { createEditorUris, type EditorUris, filePathOf } from "./editor-uris.ts";
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
  readonly uris: EditorUris;
  /** What the editor can do. */
  readonly client: Client;
}

interface Client {
  /** Completes with places to fill in. */
  snippets: boolean;
  /** Tells of changed files when asked to. */
  watches: boolean;
}

/** Serves one editor until it ends the connection. */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
  const connection = createConnection(input, output);
  const texts = new TextDocuments(TextDocument);
  const client: Client = { snippets: false, watches: false };
  let home = process.cwd();
  const uris = createEditorUris(() => home);
  const workspace = createWorkspace({
    host: fileHost,
    catalog,
    libraryRoots: libraryRoots(),
    list: configFiles,
    listMappings: mappingFiles,
    watches: () => client.watches,
  });
  const publisher = createPublisher((path, diagnostics) => {
    void connection.sendDiagnostics(uris.inEditor({ uri: uriOf(path), diagnostics: [...diagnostics] }));
  });
  const server: Server = { connection, texts, workspace, publisher, uris, client };
  connection.onInitialize((parameters) => {
    const folders = foldersOf(parameters);
    for (const folder of folders) workspace.addFolder(folder);
    home = folders[0] ?? home;
    const { textDocument, workspace: files } = parameters.capabilities;
    client.snippets = textDocument?.completion?.completionItem?.snippetSupport ?? false;
    client.watches = files?.didChangeWatchedFiles?.dynamicRegistration ?? false;
    return { capabilities, serverInfo: { name: "rcnn" } };
  });
  connection.onInitialized(() => {
    if (client.watches) void watchFiles(server);
  });
  followTexts(server);
  answerRequests(server);
  texts.listen(connection);
  connection.listen();
}

/** What the editor does not want to tell of is read again and again. */
async function watchFiles({ connection, client }: Server): Promise<void> {
  const watchers = [{ globPattern: "**/*.{rcnn,yaml,yml,json}" }];
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => {
    client.watches = false;
  });
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.flatMap((uri) => filePathOf(uri) ?? []);
}

/** Undefined for what is not ours: a text in YAML is where its head says so. */
function configPath({ uri }: { readonly uri: string }, { texts, uris }: Server): string | undefined {
  const text = texts.get(uri);
  const path = uris.pathOf(text ?? { uri });
  if (path?.endsWith(".rcnn")) return path;
  const isOurs = path && /\.ya?ml$/.test(path) && namesSchema(text?.getText().slice(0, 400) ?? "");
  return isOurs ? path : undefined;
}

/** Keeps the workspace at what the editor shows, and the editor's list of problems at what is wrong with it. */
function followTexts(server: Server): void {
  const { connection, texts, workspace, publisher, uris } = server;
  let timer: NodeJS.Timeout | undefined;
  let checking = Promise.resolve();
  const checkSoon = (): void => {
    clearTimeout(timer);
    // One after another: what an earlier check finds must not be shown over what a later one has.
    timer = setTimeout(() => {
      checking = checking.then(() => checkAll(server));
    }, rest);
  };
  const leave = (path: string | undefined): void => {
    if (path === undefined) return;
    workspace.close(path);
    publisher.forget(path);
  };
  texts.onDidChangeContent(({ document }) => {
    const path = configPath(document, server);
    if (path) workspace.open(path, document);
    else leave(uris.pathOf(document));
    checkSoon();
  });
  texts.onDidClose(({ document }) => {
    leave(uris.pathOf(document));
    uris.close(document.uri);
    workspace.filesChanged();
    checkSoon();
  });
  connection.onDidChangeWatchedFiles(() => {
    workspace.filesChanged();
    checkSoon();
  });
}

async function checkAll(server: Server): Promise<void> {
  const { connection, texts, workspace, publisher } = server;
  for (const document of texts.all()) {
    const path = configPath(document, server);
    const check = async (): Promise<void> => {
      const snapshot = path && (await workspace.snapshot(path));
      // Closed in the meantime, a text has no problems to be shown.
      if (snapshot && texts.get(document.uri)) publisher.set(snapshot.path, diagnosticsByFile(snapshot));
    };
    await guarded(connection, check, undefined);
  }
}

type At = { readonly textDocument: { readonly uri: string }; readonly position: Position };

function answerRequests(server: Server): void {
  const { connection, workspace, uris } = server;
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
        return snapshot ? uris.inEditor(await answer(snapshot)) : otherwise;
      },
      otherwise,
    );
  };
  connection.onCompletion((at) =>
    about(at, [], async (known) => {
      const complete = /\.ya?ml$/.test(known.path) ? yamlCompletion : completion;
      const items = complete(known, at.position, await workspace.usable(known.path));
      return server.client.snippets ? [...items] : items.map(plain);
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
      allowed(rename(known, at.position, at.newName, await workspace.scopes(), await workspace.mappings())),
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
