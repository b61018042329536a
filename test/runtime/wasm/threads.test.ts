import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const start = fileURLToPath(new URL("../../../src/runtime/wasm/start.ts", import.meta.url));

/** Runs in a process of its own: whether that ends by itself is half of the question. */
function convolve(threads: number, prepare = ""): { result: number; heard: string; threads: number } {
  const script = `
    import { startWasm } from ${JSON.stringify(start)};
    import wasm from "@tensorflow/tfjs-backend-wasm";
    let heard = "";
    const before = [process.listenerCount("uncaughtException"), typeof Worker];
    ${prepare}
    const heap = await startWasm({ threads: ${threads}, log: (line) => { heard += line; } });
    const tensor = (shape) => heap.write({ dtype: "f32", shape, data: Float32Array.from({ length: shape.reduce((p, n) => p * n) }, (_, i) => Math.sin(i)) });
    const attributes = { strides: [1, 1], pad: [[0, 0], [1, 1], [1, 1], [0, 0]], dataFormat: "NHWC", dilations: [1, 1] };
    const [y] = heap.run("Conv2D", { x: tensor([2, 16, 16, 8]), filter: tensor([3, 3, 8, 8]) }, attributes, [{ dtype: "f32", shape: [2, 16, 16, 8] }]);
    const clean = JSON.stringify(before) === JSON.stringify([process.listenerCount("uncaughtException"), typeof Worker]);
    console.log(JSON.stringify({ result: heap.read(y).data.reduce((sum, each) => sum + Math.abs(each), 0), heard: heard + (clean ? "" : "left traces"), threads: wasm.getThreadsCount() }));
  `;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", script],
    {
      encoding: "utf8",
      timeout: 30_000,
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

test("two threads give what one gives, and let the process end", () => {
  const [one, two] = [convolve(1), convolve(2)];
  expect(one).toMatchObject({ threads: 1, heard: "" });
  expect(two).toMatchObject({ threads: 2, heard: "" });
  expect(Math.abs(two.result - one.result)).toBeLessThan(1e-3 * one.result);
});

test("where threads do not start it says so, and runs on one", () => {
  const noWorkers =
    "(await import('node:module')).createRequire('/')('node:worker_threads').Worker = class { constructor() { throw new Error('no workers here'); } };";
  expect(convolve(2, noWorkers)).toMatchObject({
    threads: 1,
    heard: "wasm runs on one thread: its threads did not start (no workers here)",
  });
});
