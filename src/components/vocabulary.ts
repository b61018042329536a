/** Which vocabulary a resolved model was written in, so that one of another version is not read as one of ours. */
import { hashText } from "../support/random.ts";
import { catalog } from "./catalog.ts";

/** Changes with any name, kind, range or default of the catalogue, and not with its prose. */
export function vocabularyHash(): string {
  const prose = new Set(["summary", "source", "derived"]);
  const text = JSON.stringify(catalog, (key, value) => (prose.has(key) ? undefined : value));
  return hashText(text).toString(16).padStart(8, "0");
}
