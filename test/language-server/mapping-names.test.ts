/** A rename keeps weight mappings finding the layers that they found. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { catalog } from "../../src/components/index.ts";
import { placeOf } from "../../src/diagnostics/render.ts";
import { configFiles, mappingFiles } from "../../src/language-server/config-files.ts";
import { joinedNames } from "../../src/language-server/joined-names.ts";
import { mappingEdits, type PathName } from "../../src/language-server/mapping-names.ts";
import { occurrencesIn } from "../../src/language-server/names.ts";
import { uriOf } from "../../src/language-server/ranges.ts";
import { rename } from "../../src/language-server/rename.ts";
import { createWorkspace } from "../../src/language-server/workspace.ts";
import { fileHost } from "../../src/load/file-host.ts";
import { libraryRoots } from "../../src/load/library-roots.ts";
import type { Model } from "../../src/model/model.ts";
import { fillTemplate, findNumbers } from "../../src/weights/template.ts";

const text = `{
  "name": "mine",
  "summary": "A mapping.",
  "requires": ["backbone.stem.conv", "regions.label"],
  "layers": {
    "backbone.stem.conv": "net.stem.0",
    "backbone.c{s}.first.conv{n}": ["net.{s-1}.conv{n}", "old.{s*2}.conv{n}"],
    "backbone.c{s}.rest[{i}].conv{n}": "net.{s-1}.{i+1}.conv{n}",
    "regions.label": "head.score", "regions.trunk.stem": "head.stem"
  }
}
`;

function changed(renamed: PathName): string {
  const edits = mappingEdits({ name: "mine.json", text }, renamed);
  const document = TextDocument.create("", "json", 0, text);
  const range = ({ start, end }: { readonly start: number; readonly end: number }) => ({
    start: document.positionAt(start),
    end: document.positionAt(end),
  });
  return TextDocument.applyEdits(
    document,
    edits.map(({ span, text: newText }) => ({ range: range(span), newText })),
  );
}

test("a name that only one pattern could mean is changed in it and in what is required", () => {
  expect(changed({ name: "stem", newName: "entry", place: "map", isOnly: true })).toBe(
    text.replaceAll("backbone.stem", "backbone.entry"),
  );
  expect(changed({ name: "label", newName: "score", place: "head", isOnly: true })).toBe(
    text.replaceAll("regions.label", "regions.score"),
  );
});

test("a name that others keep gets a pattern of its own", () => {
  expect(changed({ name: "stem", newName: "entry", place: "use", isOnly: false })).toBe(
    text.replace('"head.stem"', '"head.stem", "regions.trunk.entry": "head.stem"'),
  );
});

test("a pattern with numbers stays, and the new name stands beside it with the numbers of the old one", () => {
  const found = JSON.parse(changed({ name: "c3", newName: "third", place: "map", isOnly: true })) as {
    readonly layers: Readonly<Record<string, unknown>>;
  };
  expect(found.layers).toEqual({
    ...(JSON.parse(text) as typeof found).layers,
    "backbone.third.first.conv{n}": ["net.2.conv{n}", "old.6.conv{n}"],
    "backbone.third.rest[{i}].conv{n}": "net.2.{i+1}.conv{n}",
  });
});

const layersOf = ({ backbone, rpn, regions }: Model): readonly string[] =>
  [backbone, rpn!.head, regions.trunk, ...regions.heads.map(({ layers }) => layers)]
    .flatMap(({ layers }) => layers.map(({ path }) => path))
    .concat(regions.heads.map(({ name }) => `regions.${name}`));

/** What the mapping says of the layers, in their order. */
function foreignNames(mapping: string, layers: readonly string[]): readonly string[] {
  const { layers: patterns } = JSON.parse(mapping) as { layers: Record<string, string | string[]> };
  return layers.map((path) => {
    for (const [pattern, templates] of Object.entries(patterns)) {
      const numbers = findNumbers(pattern, path);
      if (numbers)
        return [templates]
          .flat()
          .map((each) => fillTemplate(each, numbers))
          .join(" or ");
    }
    return "";
  });
}

test("whichever name of a model's files changes, its layers keep their names in weight files", async () => {
  const folder = resolve("configs");
  const workspace = createWorkspace({
    catalog,
    host: fileHost,
    libraryRoots: libraryRoots(),
    list: async (at) => (await configFiles(at)).filter((path) => /library|mask-rcnn-nuclei|small/.test(path)),
    listMappings: mappingFiles,
  });
  workspace.addFolder(folder);
  const main = join(folder, "mask-rcnn-nuclei.rcnn");
  const mappingPath = join(folder, "weights", "torchvision-small.json");
  const mapping = readFileSync(mappingPath, "utf8");
  const { documents, analysis, models } = (await workspace.snapshot(main))!;
  const wanted = foreignNames(mapping, layersOf(models[0]!));
  expect(wanted.filter((name) => name !== "").length).toBeGreaterThan(30);
  const [scopes, mappings] = [await workspace.scopes(), await workspace.mappings()];
  expect(mappings.map(({ name }) => name)).toContain(mappingPath);
  let touched = 0;
  for (const tree of documents.values()) {
    const snapshot = (await workspace.snapshot(tree.source.name))!;
    const symbols = occurrencesIn(tree, analysis.declarations).filter(
      ({ symbol, span }) => symbol.span === span,
    );
    const uses = joinedNames(tree, analysis.declarations).names.filter(({ owner }) => owner !== undefined);
    for (const { span } of [...symbols, ...uses]) {
      const result = rename(snapshot, snapshot.text.positionAt(span.start), "zebra", scopes, mappings);
      if ("refusal" in result) continue;
      const edited = (source: { readonly name: string; readonly text: string }): string => {
        const before = TextDocument.create("", "", 1, source.text);
        return TextDocument.applyEdits(before, result.changes![uriOf(source.name)] ?? []);
      };
      for (const uri of Object.keys(result.changes!)) expect(fileURLToPath(uri)).toContain(folder);
      for (const { source } of documents.values())
        workspace.open(source.name, TextDocument.create(uriOf(source.name), "rcnn", 1, edited(source)));
      const after = (await workspace.snapshot(main))!;
      const found = foreignNames(edited({ name: mappingPath, text: mapping }), layersOf(after.models[0]!));
      expect(found, placeOf(span)).toEqual(wanted);
      if (result.changes![uriOf(mappingPath)]) touched++;
      for (const path of documents.keys()) workspace.close(path);
    }
  }
  expect(touched).toBeGreaterThan(20);
});
