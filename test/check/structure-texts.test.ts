/** Texts that somebody looking for a disagreement of schema and `check` would try; `structure-texts.txt` lists them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { disagreement } from "./judged.ts";

const model = "use: [mask-rcnn-resnet50-fpn]\nmodel:\n  m:\n    extends: mask_rcnn_resnet50_fpn";
const texts = readFileSync("test/check/structure-texts.txt", "utf8")
  .split("=====\n")
  .slice(1)
  .map((text) => text.replace("<model>", model));

test("the schema and check judge hand-made texts alike", async () => {
  const wrong: string[] = [];
  for (const text of texts) {
    const found = await disagreement(text);
    if (found) wrong.push(`${text}${found}`);
  }
  expect(texts.length).toBeGreaterThan(400);
  expect(wrong).toEqual([]);
}, 120_000);
