/** The few words that the YAML form needs to know are those of the catalogue. */
import { expect, test } from "vitest";
import type { Section } from "../../src/check/catalog.ts";
import { catalog } from "../../src/components/catalog.ts";
import { type Vocabulary, vocabulary } from "../../src/syntax/vocabulary.ts";

function expected(section: Section): Vocabulary {
  const blocks: Record<string, Vocabulary> = {};
  const labelled: string[] = [];
  for (const [keyword, inside] of Object.entries(section.sections)) {
    if (inside.kind === "one") blocks[keyword] = expected(inside.section);
    else {
      labelled.push(keyword);
      blocks[keyword] = merged(Object.values(inside.types).map(expected));
    }
  }
  const layers = Object.entries(section.parameters).flatMap(([name, { kind }]) =>
    kind.kind === "layers" ? name : [],
  );
  return { blocks, labelled, layers };
}

/** What any of the types of a block may hold. */
function merged(all: readonly Vocabulary[]): Vocabulary {
  return {
    blocks: Object.assign({}, ...all.map((each) => each.blocks)),
    labelled: [...new Set(all.flatMap((each) => each.labelled ?? []))],
    layers: [...new Set(all.flatMap((each) => each.layers ?? []))],
  };
}

const complete = ({ blocks = {}, labelled = [], layers = [] }: Vocabulary): Vocabulary => ({
  blocks: Object.fromEntries(Object.entries(blocks).map(([name, inside]) => [name, complete(inside)])),
  labelled,
  layers,
});

test("the vocabulary of the YAML form is that of the catalogue", () => {
  expect(complete(vocabulary.blocks!.model!)).toEqual(expected(catalog.model));
});
