/** An editor in which inputs are opened, asked about at every kind of place, and changed. */
import { TextDocument } from "vscode-languageserver-textdocument";
import { catalog } from "../../src/components/index.ts";
import { codeActions } from "../../src/language-server/code-action.ts";
import { completion } from "../../src/language-server/completion.ts";
import { createCosts } from "../../src/language-server/costs.ts";
import { definition, references } from "../../src/language-server/definition.ts";
import { diagnosticsByFile } from "../../src/language-server/diagnostics.ts";
import { formatting } from "../../src/language-server/formatting.ts";
import { hover } from "../../src/language-server/hover.ts";
import { inlayHints } from "../../src/language-server/inlay-hints.ts";
import { uriOf } from "../../src/language-server/ranges.ts";
import { prepareRename, rename } from "../../src/language-server/rename.ts";
import { documentSymbols } from "../../src/language-server/symbols.ts";
import { createWorkspace, type Snapshot } from "../../src/language-server/workspace.ts";
import { yamlCompletion } from "../../src/language-server/yaml-completion.ts";
import { libraryRoots } from "../../src/load/library-roots.ts";
import type { Host } from "../../src/load/load.ts";
import { poisons } from "../hostile/poisons.ts";
import type { Random } from "../hostile/random.ts";
import type { HostileText } from "../hostile.ts";

/** Opens a text, asks everything at two places, types something there and asks again. */
export function editing(host: Host): (input: HostileText, random: Random) => Promise<void> {
  const workspace = createWorkspace({ catalog, host, libraryRoots: libraryRoots(), list: async () => [] });
  const costs = createCosts((problem) => {
    throw problem;
  });
  return async ({ name, text }, random) => {
    const path = `/edited/${name}`;
    for (let change = 0, now = text; change < 2; change++) {
      workspace.open(path, TextDocument.create(uriOf(path), "rcnn", change, now));
      const snapshot = (await workspace.snapshot(path))!;
      diagnosticsByFile(snapshot);
      formatting(snapshot);
      documentSymbols(snapshot);
      const at = random.below(now.length + 1);
      await askAt(snapshot, at, random);
      now = now.slice(0, at) + random.one(poisons) + now.slice(at);
    }
    workspace.close(path);
  };

  async function askAt(snapshot: Snapshot, offset: number, { below, one }: Random): Promise<void> {
    const position = snapshot.text.positionAt(offset);
    const end = snapshot.text.positionAt(offset + below(500));
    const range = { start: position, end };
    const scopes = await workspace.scopes();
    (snapshot.path.endsWith(".yaml") ? yamlCompletion : completion)(snapshot, position, []);
    hover(snapshot, position, costs(snapshot.models));
    definition(snapshot, position);
    references(snapshot, position, scopes);
    prepareRename(snapshot, position);
    rename(snapshot, position, one(["renamed", "__proto__", "model", "a b", ""]), scopes);
    codeActions(snapshot, range);
    inlayHints(await workspace.withUsers(snapshot), range);
  }
}
