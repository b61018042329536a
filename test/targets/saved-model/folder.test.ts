import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { writeSavedModelFolder } from "../../../src/targets/saved-model/folder.ts";
import { f32, smallProgram } from "../../runtime/native/small-program.ts";

const base = await mkdtemp(join(tmpdir(), "rcnn-folder-"));
afterAll(() => rm(base, { recursive: true }));

const initial = {
  "body.weight": f32([2], 1, 2),
  "body.weight/momentum": f32([2], 0, 0),
  "body.mean": f32([2], 4, 8),
};

test("the folder holds the model, its description, and the values at the offsets it names", async () => {
  const directory = join(base, "written");
  await writeSavedModelFolder(emitSavedModel(smallProgram()), initial, directory);
  expect((await readdir(directory)).sort()).toEqual(["initial.bin", "saved_model.pb", "signatures.json"]);
  const description = JSON.parse(await readFile(join(directory, "signatures.json"), "utf8"));
  const values = new Float32Array(new Uint8Array(await readFile(join(directory, "initial.bin"))).buffer);
  for (const [name, { data }] of Object.entries(initial)) {
    const start = description.initialState.offsets[name] / 4;
    expect(values.slice(start, start + 2)).toEqual(data);
  }
  expect(description.functions.train_step.inputs[0]).toEqual({
    name: "x",
    dtype: "f32",
    shape: [2],
    summary: "the gradient",
  });
});

test("an earlier folder is replaced as a whole, and nothing is left beside it", async () => {
  const directory = join(base, "again");
  await writeSavedModelFolder(emitSavedModel(smallProgram()), initial, directory);
  await writeFile(join(directory, "stray"), "");
  await writeSavedModelFolder(emitSavedModel(smallProgram()), initial, directory);
  expect(await readdir(directory)).not.toContain("stray");
  expect((await readdir(base)).filter((name) => name.startsWith("again"))).toEqual(["again"]);
});

test("a folder that cannot be written leaves the earlier one as it was", async () => {
  const directory = join(base, "kept");
  await writeSavedModelFolder(emitSavedModel(smallProgram()), initial, directory);
  const { "body.mean": _, ...incomplete } = initial;
  await expect(writeSavedModelFolder(emitSavedModel(smallProgram()), incomplete, directory)).rejects.toThrow(
    "body.mean",
  );
  expect(await readdir(directory)).toHaveLength(3);
});
