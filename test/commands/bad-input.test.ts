/** Bad input from outside: one message with its place, exit code 2, no stack, nothing written, nothing touched. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { train } from "../../src/train/train.ts";
import { type InstalledPackage, installPackage, type Outcome } from "./installed-package.ts";

const config = "configs/mask-rcnn-nuclei.rcnn";
const nuclei = join(import.meta.dirname, "..", "data", "nuclei");
const picture = "nuclei_r000_c128.png";

let installed: InstalledPackage;
let folder: string;
beforeAll(() => {
  installed = installPackage();
  folder = mkdtempSync(join(tmpdir(), "rcnn-bad-"));
  cpSync(join(nuclei, "train"), join(folder, "good", "train"), { recursive: true });
  mkdirSync(join(folder, "kept"));
  writeFileSync(join(folder, "kept", "config.resolved.json"), "an earlier run");
  writeFileSync(join(folder, "file"), "hello");
});
afterAll(() => {
  installed.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Every file below `path` with its content and the moment it was written. */
const snapshot = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .map((name) => `${name} ${statSync(name).mtimeMs} ${readFileSync(name, "utf8")}`);

interface Coco {
  images: Record<string, unknown>[];
  annotations: Record<string, unknown>[];
  categories: Record<string, unknown>[];
}

const set = (more: object) => (coco: Coco) => void Object.assign(coco.annotations[3]!, more);

const setAll = (more: object) => (coco: Coco) => {
  for (const each of coco.annotations) Object.assign(each, more);
};

const badAnnotations: readonly [string, (coco: Coco) => void, RegExp][] = [
  [
    "a box outside its image",
    set({ bbox: [100, 100, 100, 100] }),
    /`annotations\[3\]\.bbox` \(id 4\).*outside/,
  ],
  ["a box of negative width", set({ bbox: [10, 10, -1, 5] }), /\(id 4\) has a width or a height below 0/],
  [
    "a polygon far outside",
    set({ segmentation: [[0, 0, 1e9, 0, 1e9, 1e9]] }),
    /segmentation` \(id 4\).*outside/,
  ],
  ["run lengths that are none", set({ segmentation: { size: [128, 128], counts: "!!!" } }), /no outline/],
  ["run lengths of another size", set({ segmentation: { size: [1, 1], counts: [1] } }), /\[128,128\]/],
  ["an area below 0", set({ area: -5 }), /`annotations\[3\]\.area` \(id 4\) is `-5`/],
  ["a crowd that is neither 0 nor 1", set({ iscrowd: 2 }), /iscrowd` \(id 4\) is `2`; expected 0 or 1/],
  ["an unknown category", set({ category_id: 77 }), /\(id 4\) has the category `77`/],
  ["an unknown image", set({ image_id: 9999 }), /\(id 4\) belongs to image `9999`/],
  ["an id that is there twice", set({ id: 3 }), /`annotations\[3\]` \(id 3\) has the id `3`/],
  ["a category without a name", (coco) => void delete coco.categories[0]!.name, /`categories\[0\]\.name`/],
  ["two categories of one name", (coco) => coco.categories.push({ id: 9, name: "nucleus" }), /\(id 9\)/],
  ["no categories", (coco) => void coco.categories.splice(0), /has no categories/],
  ["no images", (coco) => void coco.images.splice(0), /has no images/],
  ["no objects", (coco) => void coco.annotations.splice(0), /has no objects/],
  ["crowds only", setAll({ iscrowd: 1 }), /not crowds/],
  ["no outline at all", setAll({ segmentation: null }), /Each of the \d+/],
  [
    "an image file that is not there",
    (coco) => void Object.assign(coco.images[3]!, { file_name: "none.png" }),
    /none\.png/,
  ],
  ["more categories than classes", (coco) => coco.categories.push({ id: 9, name: "x" }), /has 2 categories/],
];

/** The one message of a training that fails before it writes anything. */
async function refusal(data: string, more: Partial<Parameters<typeof train>[0]> = {}): Promise<string> {
  const before = snapshot(join(folder, "kept"));
  const options = { config, data, set: [], out: join(folder, "kept"), seed: 0, steps: 20, batch: 2 };
  const { value, diagnostics } = await train({ ...options, backend: "wasm", ...more });
  expect(value).toBeUndefined();
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
  expect(others).toEqual([]);
  expect(snapshot(join(folder, "kept"))).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.startsWith("kept"))).toEqual(["kept"]);
  return first!.message;
}

test.each(badAnnotations)(
  "training on %s is one message and leaves an earlier run as it was",
  async (_, change, message) => {
    const coco = JSON.parse(readFileSync(join(nuclei, "train", "instances.json"), "utf8")) as Coco;
    change(coco);
    const annotations = join(folder, "instances.json");
    writeFileSync(annotations, JSON.stringify(coco));
    expect(await refusal(join(folder, "good"), { annotations, format: "coco" })).toMatch(message);
  },
);

const whole = readFileSync(join(nuclei, "train", "images", picture));
const damaged = Buffer.from(whole);
damaged.fill(0x5a, whole.length / 2, whole.length / 2 + 50);

const badPictures: readonly [string, string | Uint8Array][] = [
  ["cut short", whole.subarray(0, 2000)],
  ["damaged in the middle", damaged],
  ["a text", "hello"],
  ["empty", ""],
  ["a drawing", '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"/>'],
];

test.each(badPictures)("a picture that is %s is found before the first step", async (_, content) => {
  const file = join(folder, "good", "train", "images", picture);
  writeFileSync(file, content);
  try {
    expect(await refusal(join(folder, "good"))).toMatch(new RegExp(`${picture}.*cannot be read as an image`));
  } finally {
    writeFileSync(file, whole);
  }
});

const refused = ({ code, stdout, stderr }: Outcome, message: RegExp): void => {
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr.match(/error: /g)).toHaveLength(1);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
};

const trainOn = (data: string, ...more: readonly string[]) => ["train", config, "--data", data, ...more];

const commandLines: readonly [string, (at: (name: string) => string) => readonly string[], RegExp][] = [
  ["a folder as a config", (at) => ["check", at("good")], /good/],
  ["an empty path", () => trainOn("x", "--out", ""), /--out: Expected a path/],
  ["a sweep on no data", () => ["sweep", config, "--data", ""], /--data: Expected a path/],
  ["no steps", (at) => trainOn("x", "--out", at("new"), "--steps", "0"), /--steps.*1/],
  ["steps beyond 32 bits", (at) => trainOn("x", "--out", at("new"), "--steps", "9".repeat(20)), /--steps/],
  ["a negative rate", (at) => trainOn("x", "--out", at("new"), "--lr=-1"), /--lr is `-1`/],
  ["a rate beyond single precision", (at) => trainOn("x", "--out", at("new"), "--lr", "1e300"), /--lr/],
  ["a score above 1", () => ["predict", "run", "a.png", "--score", "2"], /--score is `2`/],
  ["data that is not there", (at) => trainOn(at("none"), "--out", at("new")), /none.train.instances\.json/],
  [
    "an output below a file",
    (at) => trainOn(at("good"), "--out", at("file/x"), "--backend", "wasm"),
    /file`: it exists already and is not a folder/,
  ],
  [
    "a GPU without the native back end",
    (at) => trainOn(at("good"), "--out", at("new"), "--backend", "wasm", "--device", "gpu"),
    /rcnn native install --gpu/,
  ],
  [
    "a batch that no tensor holds",
    () => ["compile", config, "--out", "x", "--set", "train.batch=1000000images"],
    /2147483647|more numbers/,
  ],
  ["a name that JavaScript knows", () => ["check", config, "--set", "constructor=1"], /no `constructor`/],
  [
    "a number beyond single precision",
    () => ["check", config, "--set", "train.rate=1e308"],
    /--set\[0\]:1:12/,
  ],
  ["a rate of nothing", () => ["check", config, "--set", "train.rate=0 per 4images"], /--set\[0\]:1:12/],
  ["a share of no positives", () => ["check", config, "--set", "rpn.sample.positive=0"], /--set\[0\]:1:21/],
];

test.each(commandLines)("%s is refused", async (_, parameters, message) => {
  refused(await installed.run(...parameters((name) => join(folder, name))), message);
  expect(existsSync(join(folder, "new"))).toBe(false);
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("hello");
});
