/** Every shipped model resolves without a word, and every module of the library checks. */
import { expect, test } from "vitest";
import { outcomeOf } from "../model/model-of.ts";
import { libraries, models } from "./files.ts";

test.each(models)("%s resolves with nothing to say", async (path) => {
  const { model, diagnostics } = await outcomeOf(path);
  expect(diagnostics).toEqual([]);
  expect(model!.documentation).not.toBe("");
});

/** A library has no model of its own, so a model that uses nothing of it shows that its modules check. */
test.each(libraries)("the modules of %s check", async (path) => {
  const name = path.replace(/^configs\/|\.rcnn$/g, "");
  const text = `use "${name}"\nuse "faster-rcnn-nuclei"\nmodel m extends faster_rcnn_nuclei {}\n`;
  const { diagnostics } = await outcomeOf("m.rcnn", {}, text);
  expect(diagnostics.filter(({ code }) => code !== "check/unused-use")).toEqual([]);
});
