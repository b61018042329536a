/** The configs and the weight mappings that lie in a folder of the workspace. */
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A text in YAML is a config where its head names the schema. */
export const namesSchema = (head: string): boolean => head.includes("rcnn.schema.json");

const limits = { depth: 6, files: 500, entries: 50_000, head: 400 } as const;
const passedOver = new Set(["node_modules", "dist", "build", "out"]);

/** Paths of configs in `folder` and below, as far as is sensible: hidden folders and installed packages are left out. */
export const configFiles = (folder: string): Promise<readonly string[]> => filesIn(folder, isConfig);

/** Paths of weight mappings, in the same way. */
export const mappingFiles = (folder: string): Promise<readonly string[]> => filesIn(folder, isMapping);

async function filesIn(
  folder: string,
  isWanted: (path: string) => boolean | Promise<boolean>,
): Promise<readonly string[]> {
  const found: string[] = [];
  let looked = 0;
  const visit = async (at: string, depth: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length >= limits.files || looked++ >= limits.entries) return;
      const path = join(at, entry.name);
      if (entry.isFile() && (await isWanted(path))) found.push(path);
      const isOpen = !entry.name.startsWith(".") && !passedOver.has(entry.name);
      if (entry.isDirectory() && isOpen && depth < limits.depth) await visit(path, depth + 1);
    }
  };
  await visit(folder, 0);
  return found;
}

async function isConfig(path: string): Promise<boolean> {
  if (path.endsWith(".rcnn")) return true;
  return path.endsWith(".yaml") && namesSchema(await headOf(path));
}

/** A mapping need not name its schema, but says in words what it is for and then what the layers are. */
async function isMapping(path: string): Promise<boolean> {
  if (!path.endsWith(".json")) return false;
  const head = await headOf(path);
  return head.includes("weights.schema.json") || (head.includes('"summary"') && head.includes('"layers"'));
}

async function headOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(limits.head), 0, limits.head, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return "";
  } finally {
    await file.close();
  }
}
