/** Mapping files: those that ship in `configs/weights`, and those that users write. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createJudge } from "../check/json-schema.ts";
import type { Json } from "../check/project.ts";
import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { libraryRoots } from "../load/library-roots.ts";
import { nearestName } from "../support/suggest.ts";
import { defaultLayout, defaultNames, type Mapping, ownMapping } from "./mapping.ts";
import { mappingSchema } from "./mapping-schema.ts";
import { readCategories } from "./read-categories.ts";
import { holesOf } from "./template.ts";
import type { Category, TrainedWith } from "./trained-with.ts";

type Texts = string | readonly string[];

/** What the schema lets through. */
type MappingJson = Partial<Omit<Mapping, "layers" | "names" | "source" | "published">> &
  Pick<Mapping, "name" | "summary"> & {
    readonly layers: Readonly<Record<string, Texts>>;
    readonly names?: Readonly<Record<string, Texts>>;
    readonly published?: Readonly<Record<string, PublishedJson>>;
  };

/** `categories` may be the name of a file beside the mapping. */
type PublishedJson = Omit<TrainedWith, "categories"> & {
  readonly file: string;
  readonly categories?: string | readonly Category[];
};

/** All that ship, in the order of their names. */
export async function shippedMappings(): Promise<Result<readonly Mapping[]>> {
  const folder = join(libraryRoots()[0]!, "weights");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  const names = files.map((file) => file.slice(0, -".json".length)).sort();
  const judge = createJudge();
  const results = await Promise.all(names.map((name) => readMapping(join(folder, `${name}.json`), judge)));
  const diagnostics = results.flatMap((result) => result.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics };
  return { value: results.flatMap(({ value }) => value ?? []), diagnostics };
}

/** `wanted` is a shipped mapping's name, or a path; all that ship where there is none. */
export async function mappingsFor(wanted: string | undefined): Promise<Result<readonly Mapping[]>> {
  const isPath = wanted !== undefined && /[\\/]|\.json$/.test(wanted);
  if (isPath) {
    const { value, diagnostics } = await readMapping(wanted);
    return value ? { value: [value], diagnostics } : { diagnostics };
  }
  const shipped = await shippedMappings();
  if (!shipped.value) return shipped;
  const all = [...shipped.value, ownMapping];
  if (wanted === undefined) return { value: all, diagnostics: [] };
  const named = all.filter(({ name }) => name === wanted);
  if (named.length > 0) return { value: named, diagnostics: [] };
  const known = all.map(({ name }) => name);
  const values = { name: wanted, known, nearest: nearestName(wanted, known) };
  return { diagnostics: [diagnose(weightsCodes, "weights/unknown-mapping", values)] };
}

export async function readMapping(path: string, judge = createJudge()): Promise<Result<Mapping>> {
  const broken = (problem: string) => ({
    diagnostics: [diagnose(weightsCodes, "weights/mapping", { file: path, problem })],
  });
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return broken("it cannot be read");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return broken(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const [first] = judge(json as Json, mappingSchema);
  if (first) {
    const what =
      first.key === undefined
        ? `breaks \`${first.keyword}\``
        : `${keyWords[first.keyword] ?? "has"} \`${first.key}\``;
    return broken(`\`${first.pointer || "/"}\` ${what} of its schema`);
  }
  const published = await readPublished(json as MappingJson, path);
  if (!published.value) return { diagnostics: published.diagnostics };
  const mapping = complete(json as MappingJson, { name: path, text }, published.value);
  const unknown = mapping.layers.flatMap(([pattern, templates]) =>
    templates.flatMap(holesOf).filter((name) => !holesOf(pattern).includes(name)),
  );
  return unknown.length > 0
    ? broken(`\`{${unknown[0]}}\` is in a name and not in its pattern`)
    : { value: mapping, diagnostics: [] };
}

const keyWords: Readonly<Record<string, string>> = {
  required: "lacks the key",
  additionalProperties: "has the unknown key",
};

const listOf = (texts: Texts): readonly string[] => (typeof texts === "string" ? [texts] : texts);

function complete(json: MappingJson, source: Mapping["source"], published: Mapping["published"]): Mapping {
  const names = Object.entries(json.names ?? {}).map(([part, texts]) => [part, listOf(texts)] as const);
  return {
    ...{ name: json.name, summary: json.summary, source },
    layout: { ...defaultLayout, ...json.layout },
    names: json.names ? Object.fromEntries(names) : defaultNames,
    layers: Object.entries(json.layers).map(([pattern, texts]) => [pattern, listOf(texts)]),
    requires: json.requires ?? [],
    exports: json.exports ?? false,
    constants: json.constants ?? {},
    background: { label: "first", boxes: "first", masks: "first", ...json.background },
    anchors: json.anchors ?? "ratiosFirst",
    ignore: json.ignore ?? [],
    counters: json.counters ?? {},
    trained: json.trained ?? {},
    ...(json.pixels && { pixels: json.pixels }),
    published,
  };
}

/** With the categories that stand in files read. */
async function readPublished(json: MappingJson, path: string): Promise<Result<Mapping["published"]>> {
  const diagnostics: Diagnostic[] = [];
  const published: [string, Mapping["published"][string]][] = [];
  const files = new Map<string, Promise<Result<readonly Category[]>>>();
  const inFile = (name: string) => {
    const reading = files.get(name) ?? readCategories(join(dirname(path), name));
    files.set(name, reading);
    return reading;
  };
  for (const [digits, { categories, ...facts }] of Object.entries(json.published ?? {})) {
    const read: Result<readonly Category[]> =
      typeof categories === "string"
        ? await inFile(categories)
        : { ...(categories && { value: categories }), diagnostics: [] };
    diagnostics.push(...read.diagnostics);
    published.push([digits, { ...facts, ...(read.value && { categories: read.value }) }]);
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: Object.fromEntries(published), diagnostics };
}
