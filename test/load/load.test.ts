import { join } from "node:path";
import { expect, test } from "vitest";
import { type Host, load } from "../../src/load/load.ts";

const host = (files: Readonly<Record<string, string>>): Host => ({ read: async (path) => files[path] });

const codes = async (
  path: string,
  files: Readonly<Record<string, string>>,
  libraryRoots: readonly string[] = [],
) => (await load(path, host(files), { libraryRoots })).diagnostics.map((diagnostic) => diagnostic.code);

test("documents come behind those that they use, each once", async () => {
  const files = {
    "c/a.rcnn": 'use "b" use "library/d" model a {}',
    "c/b.rcnn": 'use "library/d"',
    "c/library/d.rcnn": "",
  };
  const { value, diagnostics } = await load("c/a.rcnn", host(files));
  expect(diagnostics).toEqual([]);
  expect([...value!.documents.keys()]).toEqual(["c/library/d.rcnn", "c/b.rcnn", "c/a.rcnn"]);
  expect(value!.entry).toBe(value!.documents.get("c/a.rcnn"));
});

test("a file beside the user comes before one of the library, and a text before its YAML twin", async () => {
  const files = {
    "a.rcnn": 'use "b" use "c"',
    "b.yaml": "",
    "b.rcnn": "",
    "lib/b.rcnn": "",
    "lib/c.yaml": "x: 1",
  };
  const { value } = await load("a.rcnn", host(files), { libraryRoots: ["lib"] });
  expect([...value!.documents.keys()]).toEqual(["b.rcnn", "lib/c.yaml", "a.rcnn"]);
});

test("a file of the library finds its neighbours from the root of the library", async () => {
  const files = {
    "a.rcnn": 'use "library/b"',
    "lib/library/b.rcnn": 'use "library/c"',
    "lib/library/c.rcnn": "",
  };
  expect(await codes("a.rcnn", files, ["lib"])).toEqual([]);
});

test("one file reached by two paths is one document", async () => {
  const root = join(process.cwd(), "lib");
  const files = {
    "lib/a.rcnn": 'use "d" use "b/c"',
    "lib/b/c.rcnn": 'use "d"',
    "lib/d.rcnn": "",
    [join(root, "d.rcnn")]: "",
  };
  const { value } = await load("lib/a.rcnn", host(files), { libraryRoots: [root] });
  expect([...value!.documents.keys()]).toEqual(["lib/d.rcnn", "lib/b/c.rcnn", "lib/a.rcnn"]);
});

test("mistakes of all the files are found, and what is sound is loaded", async () => {
  const files = { "a.rcnn": 'use "b" use "nowhere" model a { x = }', "b.rcnn": "model b { y = }" };
  expect(await codes("a.rcnn", files)).toEqual([
    "syntax/unexpected",
    "syntax/unexpected",
    "load/unresolved-use",
  ]);
});

test("a file that uses itself is a circle", async () => {
  expect(await codes("a.rcnn", { "a.rcnn": 'use "a"' })).toEqual(["load/cycle"]);
});

test("a circle shows each `use` that is part of it", async () => {
  const files = { "a.rcnn": 'use "b"', "b.rcnn": 'use "c"', "c.yaml": "use: [d]", "d.rcnn": 'use "b"' };
  const { diagnostics } = await load("a.rcnn", host(files));
  expect(diagnostics.map(({ code }) => code)).toEqual(["load/cycle"]);
  expect(diagnostics[0]!.related!.map(({ message, span }) => [message, span.source.name])).toEqual([
    ["`b.rcnn` uses `c.yaml` here", "b.rcnn"],
    ["`c.yaml` uses `d.rcnn` here", "c.yaml"],
  ]);
});

test("a wrong name is told with the nearest beside the user or in the library", async () => {
  const folders: Readonly<Record<string, readonly string[]>> = {
    ".": ["base.rcnn", "note.txt"],
    "lib/library": ["resnet.rcnn", "fpn.yaml"],
  };
  const from = (text: string): Host => ({
    read: async (path) => (path === "a.rcnn" ? text : undefined),
    list: async (folder) => folders[folder] ?? [],
  });
  const fixOf = async (path: string) => {
    const loaded = await load("a.rcnn", from(`use "${path}"`), { libraryRoots: ["lib"] });
    return loaded.diagnostics[0]!.fixes?.[0]?.edits[0]?.text;
  };
  expect(await fixOf("bsae")).toBe('"base"');
  expect(await fixOf("library/resent")).toBe('"library/resnet"');
  expect(await fixOf("./Base")).toBe('"./base"');
  expect(await fixOf("other/thing")).toBeUndefined();
});
