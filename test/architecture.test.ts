/** The architecture as data: who may import whom, where each library lives, how large files may be. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Each part with the parts it may import; a part may always import itself. Nothing else may be imported. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  support: [],
  diagnostics: ["support"],
  grammar: [],
  // The language column.
  syntax: ["support", "diagnostics", "grammar"],
  load: ["support", "diagnostics", "syntax"],
  merge: ["support", "diagnostics", "syntax", "load"],
  check: ["support", "diagnostics", "syntax", "load", "merge"],
  model: ["support", "diagnostics", "syntax", "load", "merge", "check"],
  // The graph column.
  ir: ["support", "diagnostics"],
  ops: ["support", "diagnostics", "ir"],
  autodiff: ["support", "diagnostics", "ir", "ops"],
  passes: ["support", "diagnostics", "ir", "ops"],
  targets: ["support", "diagnostics", "ir", "ops", "passes"],
  runtime: ["support", "diagnostics", "ir", "ops", "targets"],
  // Where they meet.
  components: ["support", "diagnostics", "syntax", "merge", "check", "model", "ir", "ops"],
  "language.ts": [...["support", "diagnostics", "syntax", "load", "merge", "check", "model", "components"]],
  "compile.ts": [
    ...["support", "diagnostics", "language.ts", "model", "components"],
    ...["ir", "ops", "autodiff", "passes", "targets"],
  ],
  // Around them.
  data: ["support", "diagnostics"],
  evaluate: ["support"],
  weights: ["support", "diagnostics", "load", "check", "model"],
  train: [
    ...[
      "support",
      "diagnostics",
      "language.ts",
      "compile.ts",
      "model",
      "load",
      "ir",
      "passes",
      "targets",
      "runtime",
      "data",
      "evaluate",
      "weights",
    ],
    ...["components"],
  ],
  report: ["support", "diagnostics", "data", "runtime", "train"],
  sweep: [
    ...[
      "support",
      "diagnostics",
      "syntax",
      "load",
      "language.ts",
      "compile.ts",
      "model",
      "components",
      "data",
      "train",
    ],
    ...["report"],
  ],
  cost: [...["support", "diagnostics", "compile.ts", "model", "components", "ir", "ops", "passes", "report"]],
  measure: [
    ...["support", "diagnostics", "language.ts", "compile.ts", "model", "components", "ir", "ops", "passes"],
    ...["targets", "runtime", "data", "train", "cost", "report"],
  ],
  "inspect.ts": [
    "cost",
    "support",
    "diagnostics",
    "language.ts",
    "compile.ts",
    "model",
    "load",
    "components",
    "ir",
    "ops",
    "passes",
    "report",
  ],
  // Questions about configs.
  answers: [
    ...[
      "support",
      "diagnostics",
      "syntax",
      "load",
      "merge",
      "check",
      "model",
      "components",
      "language.ts",
      "compile.ts",
    ],
    ...["data", "report"],
  ],
  "language-server": [
    ...[
      "support",
      "diagnostics",
      "syntax",
      "load",
      "merge",
      "check",
      "model",
      "components",
      "language.ts",
      "compile.ts",
    ],
    ...["inspect.ts", "report", "sweep", "weights"],
  ],
  commands: [
    ...[
      "support",
      "diagnostics",
      "syntax",
      "load",
      "language.ts",
      "compile.ts",
      "inspect.ts",
      "cost",
      "measure",
      "answers",
      "language-server",
      "targets",
      "runtime",
      "data",
      "train",
      "sweep",
      "report",
    ],
  ],
};

/** Types that are a contract and reach further than code does, by file. */
const typesFrom: Readonly<Record<string, readonly string[]>> = {
  "src/targets/artifact.ts": ["commands"],
};

/** The one home of each library, for types too; a name with a slash at its end stands for a scope. */
const homes: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ["grammar"],
  yaml: ["syntax"],
  ajv: ["check"],
  "@tensorflow/": ["runtime"],
  protobufjs: ["targets"],
  sharp: ["data"],
  tinyglobby: ["data"],
  "fast-xml-parser": ["data"],
  yauzl: ["weights"],
  "@oclif/core": ["commands"],
  "opentype.js": ["report"],
  "d3-scale": ["report"],
  "d3-shape": ["report"],
  "d3-contour": ["report"],
  "vscode-languageserver": ["language-server"],
  "vscode-languageserver-textdocument": ["language-server"],
};

/** Syntax trees are built from what the parser gives, and so need its types. */
const typeHomes: Readonly<Record<string, readonly string[]>> = { chevrotain: ["syntax"] };

const lineLimit = 300;
/** Tables of rows, which may be long. */
const isTable = (file: string): boolean =>
  file.startsWith("src/diagnostics/codes/") || /\bgenerated\b/.test(file);

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));

const files = [...filesUnder("src"), ...filesUnder("grammar")].sort();
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** `src/ops/a.ts` is of the part `ops`; a file at the top of `src` is a part of its own. */
const partOf = (file: string): string => {
  const [top, second] = file.split("/") as [string, string];
  return top === "src" ? second : top;
};

const statement =
  /^(?:import|export)\s(type\s)?[^;'"]*?from\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']|\brequire\(\s*["']([^"']+)["']/gm;

function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(statement)].map((match) => ({
    from: file,
    specifier: (match[2] ?? match[3] ?? match[4] ?? match[5])!,
    typeOnly: match[1] !== undefined,
  }));
}

const imports = files.flatMap(importsOf);
const own = imports
  .filter(({ specifier }) => specifier.startsWith("."))
  .map((each) => ({ ...each, to: posix.join(posix.dirname(each.from), each.specifier) }));

test("the table names each part once and has no cycles", () => {
  const seen = new Set<string>();
  const visit = (part: string, path: readonly string[]): void => {
    expect(path, `${[...path, part].join(" -> ")}`).not.toContain(part);
    if (seen.has(part)) return;
    for (const next of mayImport[part]!) visit(next, [...path, part]);
    seen.add(part);
  };
  for (const part of Object.keys(mayImport)) visit(part, []);
});

test("each file is of a part in the table", () => {
  expect(files.filter((file) => !(partOf(file) in mayImport))).toEqual([]);
});

test("imports go only where the table allows", () => {
  const wrong = own.filter(({ from, to, typeOnly }) => {
    const [part, target] = [partOf(from), partOf(to)];
    if (part === target || mayImport[part]?.includes(target)) return false;
    return !(typeOnly && typesFrom[to]?.includes(part));
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("no file imports itself by way of others", () => {
  const values = own.filter(({ typeOnly }) => !typeOnly);
  const next = new Map(files.map((file) => [file, values.filter(({ from }) => from === file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("each library is imported in its home only", () => {
  const home = (specifier: string) =>
    Object.entries(homes).find(
      ([name]) => specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`),
    );
  const outside = imports
    .filter(({ specifier }) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
    .filter(({ from, specifier }) => !home(specifier)?.[1].includes(partOf(from)))
    .filter(({ from, specifier, typeOnly }) => !(typeOnly && typeHomes[specifier]?.includes(partOf(from))));
  expect(outside.map(({ from, specifier }) => `${from} -> ${specifier}`)).toEqual([]);
});

test("each library with a home is a dependency, and the other way round", () => {
  const { dependencies } = JSON.parse(textOf("package.json")) as { dependencies: Record<string, string> };
  const listed = Object.keys(dependencies).filter((name) => !name.startsWith("@fontsource/"));
  const homeless = listed.filter(
    (name) =>
      !Object.keys(homes).some((home) => name === home || (home.endsWith("/") && name.startsWith(home))),
  );
  expect(homeless).toEqual([]);
});

test("own imports name a file that is there, with its ending", () => {
  const known = new Set(files);
  const broken = own.filter(({ to }) => !known.has(to) && !to.endsWith(".json"));
  expect(broken.map(({ from, specifier }) => `${from} -> ${specifier}`)).toEqual([]);
});

test(`no file has more than ${lineLimit} lines`, () => {
  const long = files.filter((file) => !isTable(file) && textOf(file).split("\n").length > lineLimit + 1);
  expect(long).toEqual([]);
});

test("each file begins with one sentence that says what it knows", () => {
  const silent = files.filter((file) => !/^\/\*\*\s[\s\S]*?\.\s*\*\//.test(textOf(file)));
  expect(silent).toEqual([]);
});

test("commands load nothing heavy before they run", () => {
  const light = new Set(["support", "diagnostics", "commands"]);
  const eager = /^import\s(?!type\s)[^;'"]*?from\s*["'](\.[^"']+)["']/gm;
  const heavy = files
    .filter((file) => partOf(file) === "commands")
    .flatMap((file) =>
      [...textOf(file).matchAll(eager)].map(([, specifier]) => ({
        file,
        to: posix.join(posix.dirname(file), specifier!),
      })),
    )
    .filter(({ to }) => !light.has(partOf(to)) && to !== "src/runtime/fault.ts");
  expect(heavy).toEqual([]);
});
