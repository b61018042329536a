import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installNative } from "../../../src/runtime/native/install.ts";
import {
  bindingPathOf,
  hasProfiler,
  manifestPathOf,
  nativeDirectory,
  readNativeInstall,
} from "../../../src/runtime/native/locate.ts";
import { tryNative } from "../../../src/runtime/native/probe.ts";

const { PATH } = process.env;
let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rcnn-install-"));
  await mkdir(join(base, "tools"));
});

afterEach(async () => {
  process.env.PATH = PATH;
  await rm(base, { recursive: true });
});

/** The machine then has these tools only, each a script of one line. */
async function onlyTools(tools: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, line] of Object.entries(tools)) {
    await writeFile(join(base, "tools", name), `#!/bin/sh\n${line}\n`);
    await chmod(join(base, "tools", name), 0o755);
  }
  process.env.PATH = join(base, "tools");
}

const install = async () => {
  const result = await installNative({ gpu: false, directory: join(base, "native"), log: () => {} });
  expect(result.value).toBeUndefined();
  expect(await readdir(base)).toEqual(["tools"]);
  return result.diagnostics.map(({ code, message }) => `${code}: ${message}`);
};

test("each missing tool is named with what it is for and what to do", async () => {
  await onlyTools({});
  expect(await install()).toEqual([
    expect.stringMatching(/^runtime\/native-tool-missing: `g\+\+` .*apt-get install g\+\+/),
  ]);
  await onlyTools({ "g++": "exit 0" });
  expect(await install()).toEqual([expect.stringContaining("`npm` is needed")]);
  await onlyTools({ "g++": "exit 0", npm: "exit 0" });
  expect(await install()).toEqual([expect.stringContaining("python3-pip")]);
});

test("a step that fails is named with the tool's own words, and leaves nothing behind", async () => {
  const npm = 'if [ "$1" = install ]; then echo "npm error network down" >&2; exit 1; fi';
  await onlyTools({ "g++": "exit 0", python3: "exit 0", npm });
  expect(await install()).toEqual([
    expect.stringMatching(/native-step-failed: .*"fetch the npm package": npm error network down\. Next: /),
  ]);
  const python3 = 'if [ "$3" = install ]; then echo "ERROR: No matching distribution found" >&2; exit 1; fi';
  await onlyTools({ npm: "exit 0", python3 });
  expect(await install()).toEqual([expect.stringContaining("ERROR: No matching distribution found. Next: ")]);
  const compiler = 'if [ "$1" != --version ]; then echo "fatal error: no header" >&2; exit 1; fi';
  await onlyTools({ python3: "exit 0", "g++": compiler });
  expect(await install()).toEqual([expect.stringContaining('"compile the add-on": fatal error: no header')]);
});

test("an install of an earlier version is completed in place, once", async () => {
  const directory = join(base, "native");
  const manifest = { tfjsNode: "4.22.0", tensorflow: "2.21.0", gpu: true };
  await mkdir(dirname(bindingPathOf(directory)), { recursive: true });
  await writeFile(bindingPathOf(directory), "");
  await writeFile(manifestPathOf(directory), JSON.stringify(manifest));
  await onlyTools({ "g++": 'for last; do :; done; echo compiled > "$last"' });
  const complete = async () => {
    const lines: string[] = [];
    const { value, diagnostics } = await installNative({
      gpu: true,
      directory,
      log: (line) => lines.push(line),
    });
    expect(diagnostics).toEqual([]);
    expect(value?.manifest).toEqual(manifest);
    return lines.filter((line) => line.includes("compiling"));
  };
  expect(await hasProfiler(directory)).toBe(false);
  expect(await complete()).toEqual(["compiling its profiler with g++"]);
  expect(await hasProfiler(directory)).toBe(true);
  expect(await complete()).toEqual([]);
  expect((await readdir(directory)).filter((name) => name.startsWith("profiler"))).toEqual(["profiler.node"]);
});

test("a place that cannot be written is said so", async () => {
  await onlyTools({ "g++": "exit 0", npm: "exit 0", python3: "exit 0" });
  await writeFile(join(base, "tools", "file"), "");
  const result = await installNative({
    gpu: false,
    directory: join(base, "tools", "file", "native"),
    log: () => {},
  });
  expect(result.diagnostics[0]?.message).toContain("RCNN_NATIVE_DIR");
});

test("a folder without a manifest or an add-on is not an install", async () => {
  expect(await readNativeInstall(base)).toBeUndefined();
  await writeFile(join(base, "native.json"), "{}");
  expect(await readNativeInstall(base)).toBeUndefined();
});

test("the place is RCNN_NATIVE_DIR, else in the user's cache", () => {
  expect(nativeDirectory({ RCNN_NATIVE_DIR: "/own" })).toBe("/own");
  expect(nativeDirectory({ XDG_CACHE_HOME: "/cache" })).toMatch(/^\/cache\/rcnn\/native-/);
});

test("an add-on that does not load is an answer, not a crash", async () => {
  expect(await tryNative(base)).toMatchObject({
    kind: "fails",
    reason: expect.stringContaining("Cannot find module"),
  });
});
