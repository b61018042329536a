/**
 * `npx tsx bench/recheck.ts [CONFIG]`: how long the language server takes to see what a key press has changed, from
 * the text to the list of problems, the text being another each time.
 */
import "../src/support/node-compatibility.ts";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import { catalog } from "../src/components/index.ts";
import { diagnosticsByFile } from "../src/language-server/diagnostics.ts";
import { uriOf } from "../src/language-server/ranges.ts";
import { createWorkspace } from "../src/language-server/workspace.ts";
import { fileHost } from "../src/load/file-host.ts";
import { libraryRoots } from "../src/load/library-roots.ts";
import { median } from "./run-command.ts";

/** Median seconds of a re-check after each of `count` changes to the text of `config`. */
export async function recheckSeconds(config: string, count = 30): Promise<number> {
  const path = resolve(config);
  const text = await readFile(path, "utf8");
  const list = async () => [];
  const workspace = createWorkspace({ host: fileHost, catalog, libraryRoots: libraryRoots(), list });
  const seconds: number[] = [];
  for (let index = 0; index < count; index++) {
    workspace.open(path, TextDocument.create(uriOf(path), "rcnn", index, `// ${index}\n${text}`));
    const began = performance.now();
    diagnosticsByFile((await workspace.snapshot(path))!);
    // The first few compile what is compiled once.
    if (index >= 5) seconds.push((performance.now() - began) / 1000);
  }
  return median(seconds);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const config = process.argv[2] ?? "configs/mask-rcnn-resnet50-fpn.rcnn";
  console.log(`re-check of ${config}: ${((await recheckSeconds(config)) * 1000).toFixed(1)} ms`);
}
