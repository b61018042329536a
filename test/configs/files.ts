/** The shipped configs: all of them, and those that hold a model. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

export const configs: readonly string[] = readdirSync("configs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".rcnn"))
  .map((name) => join("configs", name))
  .sort();

const isIn = (folder: string) => (path: string) => path.startsWith(join("configs", folder, "/"));

export const libraries: readonly string[] = configs.filter(isIn("library"));

export const models: readonly string[] = configs.filter(
  (path) => !isIn("library")(path) && !isIn("ablations")(path),
);
