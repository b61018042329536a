/** Copies the language's grammar into the extension, which must hold all of its files. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const from = join(import.meta.dirname, "..", "..", "grammar");
const to = join(process.argv[2] ?? import.meta.dirname, "grammar");

mkdirSync(to, { recursive: true });
for (const name of ["rcnn.tmLanguage.json", "language-configuration.json"]) {
  copyFileSync(join(from, name), join(to, name));
}
