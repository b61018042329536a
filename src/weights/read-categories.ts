/** What the classes of weights are called: the categories of a COCO file, or a plain list of names. */
import { readFile } from "node:fs/promises";
import { createJudge } from "../check/json-schema.ts";
import type { Json } from "../check/project.ts";
import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Category } from "./trained-with.ts";

const category = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "integer", minimum: 0 }, name: { type: "string" } },
};
const list = (items: object) => ({ type: "array", minItems: 1, items });
const schema = {
  anyOf: [
    list({ type: "string" }),
    { type: "object", required: ["categories"], properties: { categories: list(category) } },
  ],
};

/** In the order of their ids; those of a list are numbered from 1. */
export async function readCategories(path: string): Promise<Result<readonly Category[]>> {
  const broken = (problem: string) => ({
    diagnostics: [diagnose(weightsCodes, "weights/categories", { file: path, problem })],
  });
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return broken("it cannot be read");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return broken("it is not JSON");
  }
  if (createJudge()(json as Json, schema).length > 0)
    return broken("it is neither a list of names nor a COCO file with `categories`");
  const named = json as readonly string[] | { readonly categories: readonly Category[] };
  const value =
    "categories" in named
      ? named.categories.map(({ id, name }) => ({ id, name })).sort((a, b) => a.id - b.id)
      : named.map((name, index) => ({ id: index + 1, name }));
  return { value, diagnostics: [] };
}
