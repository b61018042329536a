/** Keys of YAML that the other notation says by marks and places: of modules, loops and choices; and keys that stand there. */

/** Of the map that the keys lead to; undefined where the catalogue has them. The names in between are the writer's own. */
export function fixedKeys(path: readonly string[]): readonly string[] | undefined {
  const [form, name, part, ...inner] = path;
  if (form === "network" || form === "block") {
    const results = form === "network" ? ["on", "results"] : [];
    if (name === undefined) return [];
    if (part === undefined) return ["documentation", "parameters", ...results, "body"];
    if (part === "parameters") return inner.length === 1 ? ["type", "default"] : [];
  }
  switch (path.at(-1)) {
    case undefined:
      return ["use", "model", "ablation", "network", "block"];
    case "repeat":
      return ["times", "index", "layers", "body"];
    case "if":
      return ["condition", "then", "else"];
    default:
      return undefined;
  }
}

/** Keys beside the one that is written at `offset`, before and behind it, where each stands on a line of its own. */
export function keysBeside(text: string, offset: number): ReadonlySet<string> {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const own = /^[ \t]*(?:- +)?(?=[\w"]*$)/.exec(text.slice(start, offset));
  if (!own) return new Set();
  const end = text.indexOf("\n", offset);
  const above = text.slice(0, start).split("\n").reverse();
  const below = end < 0 ? [] : text.slice(end + 1).split("\n");
  return new Set([...keysAt(own[0].length, above), ...keysAt(own[0].length, below)]);
}

/** Of lines that follow one another, up to the end of the map that is so far indented. */
function keysAt(indent: number, lines: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const line of lines) {
    const [lead] = /^\s*(?:- +)*/.exec(line)!;
    if (line.trim() === "" || line.trimStart().startsWith("#") || lead.length > indent) continue;
    const key = /^("[^"]*"|[\w.]+)\s*:(?:\s|$)/.exec(line.slice(lead.length));
    if (lead.length < indent || !key) break;
    found.push(key[1]!.replaceAll('"', ""));
  }
  return found;
}
