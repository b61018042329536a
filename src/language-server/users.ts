/** Which files' models say best what the blocks and networks of a file without models become. */
import type { Bundle } from "../load/load.ts";
import type { Document } from "../syntax/ast.ts";
import type { Analysis } from "./analysis.ts";
import type { Use } from "./uses.ts";

/** Files whose models are looked at: most, and how many where all that is declared is called already. */
const limits = { most: 6, enough: 2 } as const;

/** Of what the file at `path` declares. */
export const callsOf = (path: string, uses: readonly Use[]): readonly Use[] =>
  uses.filter(({ module }) => module?.source.name === path);

/**
 * Analyses of some of `bundles`, which see `tree`: such that each of its declarations is called, where one calls it.
 * Files with ablations, which are many models each, come last.
 */
export async function usersOf(
  tree: Document,
  bundles: readonly Bundle[],
  analysed: (path: string) => Promise<Analysis | undefined>,
): Promise<readonly Analysis[]> {
  const path = tree.source.name;
  const users = new Map<string, Analysis>();
  const declared = tree.declarations.flatMap((each) => (each.kind === "module" ? each.name.text : []));
  const uncalled = new Set(declared);
  const ordered = [...bundles.filter((each) => !hasAblations(each)), ...bundles.filter(hasAblations)];
  const visit = async (words: ReadonlySet<string>, most: number): Promise<void> => {
    for (const bundle of ordered) {
      const user = bundle.entry.source.name;
      if (users.size >= most || words.size === 0) return;
      if (users.has(user) || !mentions(bundle, path, words)) continue;
      const analysis = await analysed(user);
      const calls = analysis?.specs.length ? callsOf(path, analysis.uses) : [];
      if (analysis && calls.some(({ callee }) => words.has(callee!))) users.set(user, analysis);
      for (const { callee } of calls) uncalled.delete(callee!);
    }
  };
  await visit(uncalled, limits.most);
  await visit(new Set(declared), limits.enough);
  return [...users.values()];
}

const hasAblations = ({ entry }: Bundle): boolean =>
  entry.declarations.some((each) => each.kind === "block" && each.keyword.text === "ablation");

/** Whether a file of the bundle other than `path` has one of the words, alone and not in the path of a file. */
function mentions({ documents }: Bundle, path: string, words: ReadonlySet<string>): boolean {
  const word = new RegExp(`(?<![\\w"/.-])(?:${[...words].join("|")})(?![\\w"])`);
  return [...documents.values()].some(({ source: { name, text } }) => name !== path && word.test(text));
}
