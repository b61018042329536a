/** Answers of the disk hold for a moment, and as long as nothing is told where the editor watches. */
import { expect, test } from "vitest";
import { createFileMemory } from "../../src/language-server/file-memory.ts";

/** A disk that counts how often it is asked, and a clock that stands. */
function memoryOf(isWatched: (path: string) => boolean) {
  const clock = { now: 0 };
  let asked = 0;
  const read = async () => `answer ${++asked}`;
  const list = async () => [`file ${++asked}`];
  return { clock, memory: createFileMemory({ host: { read }, list }, isWatched, () => clock.now) };
}

test("a file is read again after a moment, and not before", async () => {
  const { clock, memory } = memoryOf(() => false);
  expect(await memory.host.read("a")).toBe("answer 1");
  clock.now = 500;
  expect(await memory.host.read("a")).toBe("answer 1");
  clock.now = 1500;
  expect(await memory.host.read("a")).toBe("answer 2");
  expect(await memory.list("folder")).toEqual(["file 3"]);
});

test("what the editor watches is read again when it tells of a change", async () => {
  const { clock, memory } = memoryOf((path) => path === "watched");
  await memory.host.read("watched");
  await memory.host.read("other");
  clock.now = 60_000;
  expect(await memory.host.read("watched")).toBe("answer 1");
  expect(await memory.host.read("other")).toBe("answer 3");
  memory.forget();
  expect(await memory.host.read("watched")).toBe("answer 4");
});
