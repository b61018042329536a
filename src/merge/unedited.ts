/** What models say before their own edits: a wrong value is wrong though an edit behind it takes it away. */
import type { Bundle } from "../load/load.ts";
import type { Block, Entry } from "../syntax/ast.ts";

/** The bundle with all models of its entry as they are without edits and paths; undefined where none has any. */
export function unedited(bundle: Bundle): Bundle | undefined {
  const { entry, documents } = bundle;
  const declarations = entry.declarations.map((each) =>
    each.kind === "block" && each.keyword.text === "model" && isEdited(each) ? bare(each) : each,
  );
  if (declarations.every((each, index) => each === entry.declarations[index])) return undefined;
  const plain = { ...entry, declarations };
  const all = [...documents].map(([path, each]) => [path, each === entry ? plain : each] as const);
  return { ...bundle, entry: plain, documents: new Map(all) };
}

const isEdit = (entry: Entry): boolean =>
  entry.kind === "edit" || (entry.kind === "setting" && entry.path.length > 1);

const isEdited = ({ entries }: Block): boolean =>
  entries.some((entry) => isEdit(entry) || (entry.kind === "block" && isEdited(entry)));

const bare = (block: Block): Block => ({
  ...block,
  entries: block.entries
    .filter((entry) => !isEdit(entry))
    .map((entry) => (entry.kind === "block" ? bare(entry) : entry)),
});
