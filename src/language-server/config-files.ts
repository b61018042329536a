/** The configs that lie in a folder of the workspace. */
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A text in YAML is a config where its head names the schema. */
export const namesSchema = (head: string): boolean => head.includes("rcnn.schema.json");

const limits = { depth: 6, files: 500, head: 400 } as const;
const passedOver = new Set(["node_modules", "dist", "build", "out"]);

/** Paths of configs in `folder` and below, as far as is sensible: hidden folders and installed packages are left out. */
export async function configFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (at: string, depth: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length >= limits.files) return;
      const path = join(at, entry.name);
      if (entry.isFile() && (await isConfig(path))) found.push(path);
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
