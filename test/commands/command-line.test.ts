/** The command line from outside: exit codes, messages without stack traces, one JSON document, a quick start. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstalledPackage, installPackage, type Outcome } from "./installed-package.ts";

let installed: InstalledPackage;
let folder: string;
beforeAll(() => {
  installed = installPackage();
  folder = mkdtempSync(join(tmpdir(), "rcnn-commands-"));
}, 60_000);
afterAll(() => {
  installed.remove();
  rmSync(folder, { recursive: true, force: true });
});

const config = "configs/mask-rcnn-nuclei.rcnn";
const names = [
  "check",
  "inspect",
  "init",
  "compile",
  "train",
  "evaluate",
  "predict",
  "import",
  "export",
  "sweep",
  "table",
  "demo",
  "benchmark",
  "profile",
  "doctor",
  "native",
  "format",
  "convert",
  "explain",
  "diff",
  "lsp",
];
const fails = ({ code, stdout, stderr }: Outcome, message: RegExp) => {
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr.match(/^error: |: error: /gm)).toHaveLength(1);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
};

test("help names every command", async () => {
  const { code, stdout, stderr } = await installed.run("--help");
  for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(names.map((name) => [name]))("%s has help of its own", async (name) => {
  const { code, stdout } = await installed.run(...(name === "native" ? [name, "install"] : [name]), "--help");
  expect(stdout).toContain(`$ rcnn ${name}`);
  expect(code).toBe(0);
});

test("help, check and costs load no TensorFlow.js, without which doctor finds no wasm", async () => {
  expect(await installed.runWithoutTensorflow("inspect", config, "--cost")).toMatchObject({ code: 0 });
  expect(await installed.runWithoutTensorflow("--help")).toMatchObject({ code: 0, stderr: "" });
  expect(await installed.runWithoutTensorflow("check", config)).toMatchObject({ code: 0, stderr: "" });
  expect((await installed.runWithoutTensorflow("doctor")).stdout).toMatch(/^no {3}wasm .*loads @tensorflow/m);
});

test("a flag that is not there is one message with exit code 2", async () => {
  fails(
    await installed.run("check", config, "--colour"),
    /--colour.*See `rcnn check --help`\. \[command\/usage\]/,
  );
});

test("a missing argument and a missing flag are named", async () => {
  fails(await installed.run("check"), /^error: Missing 1 required arg: config/);
  fails(await installed.run("train", config, "--out", "run"), /^error: Missing required flag data\. See/);
});

test("a value that is not one of those offered is named with them", async () => {
  fails(await installed.run("evaluate", "run", "--data", "d", "--metric", "f1"), /coco.*voc/);
});

test("a learning rate that is no number is refused", async () => {
  const parameters = ["train", config, "--data", "test/data/nuclei", "--out", join(folder, "run"), "--lr"];
  fails(await installed.run(...parameters, "fast"), /--lr is `fast`/);
});

test("a command that is not there is one message with the nearest name", async () => {
  fails(await installed.run("trian"), /no command `trian`. Did you mean `train`\?/);
});

test("a config that is not there is one message with exit code 2", async () => {
  fails(await installed.run("check", join(folder, "none.rcnn")), /none\.rcnn/);
});

test("with --json a problem is one document on standard output", async () => {
  const { code, stdout, stderr } = await installed.run("check", join(folder, "none.rcnn"), "--json");
  const { diagnostics } = JSON.parse(stdout);
  expect(diagnostics).toMatchObject([{ severity: "error", message: expect.stringContaining("none.rcnn") }]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
});

test("with --json a place is a file, a line and a column", async () => {
  const file = join(folder, "wrong.rcnn");
  writeFileSync(file, "model m {\n  classes = = 1\n}\n");
  const { diagnostics } = JSON.parse((await installed.run("check", file, "--json")).stdout);
  expect(diagnostics[0].place).toMatchObject({
    file: expect.stringContaining("wrong.rcnn"),
    line: 2,
    column: 13,
  });
});

test("evaluate and predict of a folder that is no run say so", async () => {
  fails(await installed.run("evaluate", folder, "--data", "test/data/nuclei"), /not the folder of a run/);
  fails(
    await installed.run("predict", folder, "test/data/nuclei/val/images/nuclei_r000_c384.png"),
    /not the folder of a run/,
  );
});

test("predict prints one list of COCO results, and one message for an image that cannot be read", async () => {
  const run = join(folder, "run");
  const small = ["input.longest=64", "input.shortest=64", "detect.score=0.02", "detect.keep=5"];
  const sets = small.flatMap((each) => ["--set", each]);
  const quick = ["--out", run, "--steps", "1", "--batch", "1", "--backend", "wasm"];
  const trained = await installed.run("train", config, "--data", "test/data/nuclei", ...quick, ...sets);
  expect(trained.code).toBe(0);
  const broken = join(folder, "broken.png");
  writeFileSync(broken, "no picture");
  const images = [broken, "test/data/nuclei/val/images"];
  const asked = [...images, "--backend", "wasm", "--batch", "2"];
  const { code, stdout, stderr } = await installed.run("predict", run, ...asked, "--json");
  const records = JSON.parse(stdout);
  expect(code).toBe(2);
  expect(stderr.match(/error: /g)).toHaveLength(1);
  expect(stderr).toMatch(/broken\.png` cannot be read as an image/);
  const ids = records.map(({ image_id }: { image_id: number }) => image_id);
  expect(ids).toEqual([2, 3, 4, 5].flatMap((id) => Array.from({ length: 5 }, () => id)));
  expect(records[0]).toEqual({
    image_id: 2,
    file_name: "test/data/nuclei/val/images/nuclei_r000_c384.png",
    category_id: 1,
    bbox: [0, 0, 0, 0].map(() => expect.any(Number)),
    score: expect.any(Number),
    segmentation: { size: [128, 128], counts: expect.any(String) },
  });
  const pictures = join(folder, "pictures");
  const text = await installed.run("predict", run, images[1]!, "--out", pictures, "--backend", "wasm");
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/^Wrote .*nuclei_r000_c384\.png$/m);
  expect(text.stdout).toMatch(/^test\S+nuclei_r000_c384\.png +5$/m);
});

test("explain shows the text of a code, and all codes without one", async () => {
  const one = await installed.run("explain", "command/file");
  expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^command\/file \(error\)\n\n.+/) });
  const { stdout } = await installed.run("explain", "--json");
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ code: "command/file" }));
});

test("explain suggests the nearest code", async () => {
  fails(await installed.run("explain", "command/fil"), /Did you mean `command\/file`/);
});

test("doctor tries each back end and prints one document with --json", async () => {
  const { code, stdout } = await installed.run("doctor", "--json");
  const { backends } = JSON.parse(stdout);
  expect(backends.map(({ backend }: { backend: string }) => backend)).toEqual([
    "native",
    "wasm",
    "cpu",
    "reference",
  ]);
  expect(backends.find(({ backend }: { backend: string }) => backend === "wasm")).toMatchObject({
    runs: true,
  });
  expect(code).toBe(0);
});

test("inspect states a cost for the size and the regions that are asked for", async () => {
  const counts = ["--size", "64x96", "--proposals", "30", "--mask-regions", "0"];
  const { code, stdout } = await installed.run("inspect", config, "--cost", ...counts, "--json");
  expect(code).toBe(0);
  const { cost } = JSON.parse(stdout);
  expect(cost).toMatchObject({ height: 64, width: 96, proposals: 30, maskRegions: 0 });
  expect(Object.keys(cost.functions)).toEqual(["predict", "train_step"]);
  fails(
    await installed.run("inspect", config, "--cost", "--size", "64"),
    /height x width in pixels, such as/,
  );
  fails(await installed.run("inspect", config, "--size", "64x64"), /--cost/);
});

test("a profile and a benchmark run on wasm, and the profile's trace is written", async () => {
  const where = ["--size", "64x64", "--backend", "wasm", "--rounds", "1", "--json"];
  const file = join(folder, "trace.json");
  const profile = await installed.run("profile", config, ...where, "--trace", file);
  expect(profile.code, profile.stderr).toBe(0);
  expect(JSON.parse(profile.stdout)).toMatchObject({ backend: "wasm", function: "predict" });
  const { traceEvents } = JSON.parse(readFileSync(file, "utf8"));
  expect(traceEvents.length).toBeGreaterThan(100);
  fails(await installed.run("profile", "configs", "--set", "detect.keep=1"), /`configs` is a run, .*--set/);
  const benchmark = await installed.run("benchmark", config, ...where);
  expect(benchmark.code, benchmark.stderr).toBe(0);
  expect(JSON.parse(benchmark.stdout)).toMatchObject({ weights: "random", detections: 50, rounds: 1 });
});

const ablation = "configs/ablations/mask-losses-nuclei.rcnn";

test("a dry sweep lists the runs and needs no data, a sweep does", async () => {
  const { code, stdout } = await installed.run("sweep", ablation, "--dry-run", "--out", folder, "--json");
  const { ablations } = JSON.parse(stdout);
  expect(ablations.map(({ name, runs }: { name: string; runs: object[] }) => [name, runs.length])).toEqual([
    ["mask_losses_nuclei", 4],
  ]);
  expect(ablations[0].runs[3]).toMatchObject({ point: "sigmoid", seed: 1 });
  const [softmax, sigmoid] = ablations[0].costs;
  expect([softmax.point, sigmoid.point]).toEqual(["softmax", "sigmoid"]);
  expect(softmax).toMatchObject({ height: 128, width: 128, proposals: 100, maskRegions: 50 });
  expect(softmax.macs).toBeGreaterThan(0);
  expect(code).toBe(0);
  fails(await installed.run("sweep", ablation, "--out", folder), /Missing flag data/);
});

test("a table without runs shows what is published", async () => {
  const { code, stdout } = await installed.run("table", ablation, "--out", folder, "--format", "csv");
  expect(stdout).toContain("mask_losses_nuclei,softmax,mask.AP50,0,,,44.1");
  expect(code).toBe(0);
});

test("check asks a back end for kernels and memory, and shows warnings without failing", async () => {
  const small = ["--set", "input.longest=64", "--set", "input.shortest=64"];
  const asked = ["--backend", "wasm", "--mode", "train", "--json"];
  const { code, stdout } = await installed.run("check", config, ...small, ...asked);
  const { needs, diagnostics } = JSON.parse(stdout);
  expect({ code, needs }).toEqual({
    code: 0,
    needs: [{ function: "train_step", bytes: expect.any(Number) }],
  });
  expect(diagnostics.map(({ code: each }: { code: string }) => each)).toEqual(["model/anchor-beyond-image"]);
  fails(await installed.run("check", config, "--mode", "train"), /--backend/);
});

test("check of a config with a data set says how the anchors fit, and where the two disagree", async () => {
  const data = ["--data", "test/data/nuclei"];
  const { code, stdout } = await installed.run("check", config, ...data);
  expect(code).toBe(0);
  expect(stdout).toMatch(/34 % of the 343 objects of .* have an anchor that overlaps them by 0\.7 or more/);
  const document = JSON.parse((await installed.run("check", config, ...data, "--json")).stdout);
  expect(document.anchors).toMatchObject({ objects: 343, reached: 115, positive: 0.7 });
  fails(await installed.run("check", config, ...data, "--set", "classes=3"), /the data set has 1 category/);
});

test("check looks at the points of an ablation", async () => {
  const { code, stdout } = await installed.run("check", ablation);
  expect(stdout).toContain("the 2 points of the ablation `mask_losses_nuclei` have no errors");
  expect(code).toBe(0);
});

test("explain of a config and a path shows where the value comes from", async () => {
  const { code, stdout } = await installed.run(
    "explain",
    config,
    "regions.pool",
    "--set",
    "regions.pool=roiPool(5x5)",
  );
  expect(stdout).toMatch(/^regions\.pool = roiPool\(size = 5x5\)\n {2}set .*faster-rcnn-nuclei\.rcnn:\d+/);
  expect(stdout).toMatch(/changed +--set\[0\]:1 +regions\.pool=roiPool\(5x5\)\n$/);
  expect(code).toBe(0);
  fails(await installed.run("explain", config, "regions.pol"), /nothing at `regions\.pol`. Did you mean/);
});

test("a file of changes counts for every command that reads a config, and is shown where it is wrong", async () => {
  const file = join(folder, "changes.rcnn");
  writeFileSync(file, "rpn { anchors { ratios = [1:1] } }\nreplace rpn.head.conv.kernel = 5x5\n");
  const { stdout } = await installed.run("diff", config, config, "--set-file", file, "--json");
  const paths = JSON.parse(stdout).map(({ path }: { path: string }) => path);
  expect(paths).toEqual(expect.arrayContaining(["rpn.anchors.perCell", "rpn.head.conv.kernel"]));
  writeFileSync(file, "rpn {\n  anchor { ratios = [1:1] }\n}\n");
  fails(await installed.run("check", config, "--set-file", file), /changes\.rcnn:2:3: error/);
  fails(
    await installed.run("check", config, "--set-file", join(folder, "no.rcnn")),
    /no\.rcnn.*does not exist/,
  );
});

test("a resolved config and a first config are texts that check", async () => {
  const resolved = join(folder, "resolved.rcnn");
  const { stdout } = await installed.run("inspect", config, "--resolved");
  writeFileSync(resolved, stdout);
  expect((await installed.run("inspect", resolved, "--resolved")).stdout).toBe(stdout);
  expect((await installed.run("diff", config, resolved)).stdout).toBe("The two are the same model.\n");
  const first = join(folder, "first.rcnn");
  const init = ["init", "--data", "test/data/nuclei", "--out", first];
  expect(await installed.run(...init)).toMatchObject({ code: 0 });
  expect(await installed.run("check", first)).toMatchObject({ code: 0, stderr: "" });
  fails(await installed.run(...init), /exists; `rcnn init` overwrites nothing/);
});

test("weights come in and go out again, and what is no weight file is one message", async () => {
  const [run, out] = [join(folder, "imported"), join(folder, "out.safetensors")];
  const tiny = ["--config", "test/weights/fixtures/tiny.rcnn", "--out", run];
  const file = "test/weights/fixtures/tiny.pth";
  const { code, stdout } = await installed.run("import", file, ...tiny, "--set", "model.classes=7");
  expect(stdout).toMatch(
    /^82 of 82 parameters, [\d,]+ numbers, from .*tiny\.pth \(torch \(zip\), mapping torchvision-small\)\./,
  );
  expect(code).toBe(0);
  const exported = await installed.run("export", run, "--weights", out, "--json");
  expect(JSON.parse(exported.stdout)).toMatchObject({ file: out, mapping: "torchvision-small" });
  fails(await installed.run("import", "package.json", ...tiny), /no weight file that we read/);
  const json = await installed.run("import", file, ...tiny, "--json");
  expect(JSON.parse(json.stdout).diagnostics[0].code).toBe("weights/shape");
  expect(json.code).toBe(2);
}, 60_000);
