/** What `rcnn check` finds in an example, with the options that the example's own comments give. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { inOrder } from "../../src/diagnostics/in-order.ts";
import { resolveBundle } from "../../src/language.ts";
import { type Host, load } from "../../src/load/load.ts";
import { planFile } from "../../src/sweep/plan.ts";

/** Values of the lines `// name: value` or `# name: value` of `text`. */
const directives = (text: string, name: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^(?://|#) ${name}: (.*)$`, "gm"))].map((match) => match[1]!);

/**
 * `// set: path=value` and `// model: name` are options, `// file: name` checks a file beside the example in its
 * place, `// pad: n` reads the example with n spaces behind it, and `// classes: n`, `// categoryIds: 1, 2` and
 * `// categoryNames: a, b` are what the data set has.
 */
export async function checkCase(path: string): Promise<readonly Diagnostic[]> {
  const text = await readFile(path, "utf8");
  const [pad = "0"] = directives(text, "pad");
  const [file] = directives(text, "file");
  const [model] = directives(text, "model");
  const host: Host = {
    list: (folder) => readdir(folder).catch(() => []),
    read: async (wanted) => {
      const found = await readFile(wanted, "utf8").catch(() => undefined);
      return wanted === path && found !== undefined ? found + " ".repeat(Number(pad)) : found;
    },
  };
  const bundle = await load(file === undefined ? path : join(dirname(path), file), host, {
    libraryRoots: ["configs"],
  });
  const sets = directives(text, "set");
  if (dirname(path).endsWith("sweep")) return (await planFile(path, { set: sets, host })).diagnostics;
  if (!bundle.value) return bundle.diagnostics;
  const [classes] = directives(text, "classes");
  const [ids] = directives(text, "categoryIds");
  const [names] = directives(text, "categoryNames");
  const { diagnostics } = resolveBundle(bundle.value, {
    set: sets,
    ...(model !== undefined && { model }),
    ...(ids !== undefined && { categoryIds: ids.split(",").map(Number) }),
    ...(names !== undefined && { categoryNames: names.split(", ") }),
    ...(classes !== undefined && { classes: Number(classes) }),
  });
  return inOrder([...bundle.diagnostics, ...diagnostics]);
}
