import { expect, test } from "vitest";
import { createBuilder } from "../../../src/ops/builder.ts";
import { RuntimeFault } from "../../../src/runtime/fault.ts";
import { hasProfiler, nativeDirectory } from "../../../src/runtime/native/locate.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { HostTensors, Session } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { nativeInstalled } from "./installed.ts";
import { f32, smallProgram } from "./small-program.ts";

const native = test.skipIf(!(await nativeInstalled()));
const initial = {
  "body.weight": f32([2], 1, 2),
  "body.weight/momentum": f32([2], 0, 0),
  "body.mean": f32([2], 4, 8),
};
const rate = f32([], 0.1);

async function opened(work: (session: Session) => Promise<void>): Promise<void> {
  const session = await openNative(emitSavedModel(smallProgram()), { device: "cpu" });
  try {
    await work(session);
  } finally {
    await session.close();
  }
}

const numbers = (tensors: HostTensors): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      Array.from(tensor.data, (value) => Math.round(value * 1e5) / 1e5),
    ]),
  );

native("state changes between runs as the updates say, and outputs see the state before", () =>
  opened(async (session) => {
    await session.write(initial);
    const first = await session.run("train_step", { x: f32([2], 1, -2), rate });
    const second = await session.run("train_step", { x: f32([2], 1, 1), rate });
    expect(numbers(first)).toEqual({ product: [1, -4] });
    expect(numbers(second)).toEqual({ product: [0.9, 2.2] });
    expect(numbers(await session.read())).toEqual({
      "body.weight": [0.9 - 0.15, 2.2],
      "body.weight/momentum": [1.5, 0],
      "body.mean": [2.6875, 4.375],
    });
  }),
);

native("functions share variables, and every dtype goes in and out", () =>
  opened(async (session) => {
    await session.write(initial);
    const feeds: HostTensors = {
      x: f32([2], 10, 10),
      pick: { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) },
      shift: { dtype: "i32", shape: [2], data: Int32Array.of(-1, 41) },
    };
    const outputs = await session.run("predict", feeds);
    expect(numbers(outputs)).toEqual({ y: [10, 8], negated: [0, 1], shifted: [0, 42] });
    expect(Object.values(outputs).map((tensor) => tensor.dtype)).toEqual(["f32", "bool", "i32"]);
    expect(feeds.x!.data).toHaveLength(2);
  }),
);

native("a part of the state can be written and read by name", () =>
  opened(async (session) => {
    await session.write({ "body.mean": f32([2], 5, 6) });
    expect(numbers(await session.read(["body.mean"]))).toEqual({ "body.mean": [5, 6] });
    expect(await session.read([])).toEqual({});
  }),
);

native("what is written is a copy: changing the caller's array later changes nothing", () =>
  opened(async (session) => {
    const own = f32([2], 5, 6);
    await session.write({ ...initial, "body.mean": own });
    own.data.fill(0);
    await session.run("train_step", { x: f32([2], 0, 0), rate });
    expect(numbers(await session.read(["body.mean"]))).toEqual({ "body.mean": [3.75, 4.5] });
  }),
);

native("faults of the caller name what is wrong", () =>
  opened(async (session) => {
    await expect(session.run("train_step", { x: f32([2], 1, 1), rate })).rejects.toThrow(
      /`body\.[a-z/]+` has no value yet/,
    );
    await expect(session.run("train_step", { x: f32([3], 1, 1, 1), rate })).rejects.toThrow(
      "It must be f32[2]",
    );
    await expect(session.run("train_step", { rate })).rejects.toThrow("Missing: `x`");
    await expect(session.write({ other: f32([1], 1) })).rejects.toBeInstanceOf(RuntimeFault);
  }),
);

const profiled = test.skipIf(!(await nativeInstalled()) || !(await hasProfiler(nativeDirectory())));

profiled("a watched run gives what a run gives, and when each node ran", () =>
  opened(async (session) => {
    await session.write(initial);
    const { outputs, events } = await session.watch!("train_step", { x: f32([2], 1, -2), rate });
    expect(numbers(outputs)).toEqual({ product: [1, -4] });
    const product = events.find(({ kernel }) => kernel === "Mul")!;
    expect(product.name).toMatch(/^train_step\/\d+_mul\/Mul$/);
    expect(events.map(({ name }) => name)).toContain("train_step/update/body.weight");
    for (const { start, duration } of events) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(duration).toBeGreaterThanOrEqual(0);
    }
    // The next run is not watched, and may be.
    await session.run("train_step", { x: f32([2], 1, 1), rate });
    expect((await session.watch!("train_step", { x: f32([2], 1, 1), rate })).events.length).toBe(
      events.length,
    );
  }),
);

native("memory in use is the same after every run", () =>
  opened(async (session) => {
    await session.write(initial);
    const seen = [];
    for (let step = 0; step < 5; step++) {
      await session.run("train_step", { x: f32([2], 1, 1), rate });
      await session.read();
      seen.push(await session.memory());
    }
    expect(new Set(seen.map((memory) => JSON.stringify(memory))).size).toBe(1);
    expect(seen[0]).toEqual({ tensors: 3, bytes: 24 });
  }),
);

native("two sessions at once keep their own state, also after one is closed", () =>
  opened(async (left) => {
    await left.write(initial);
    await opened(async (right) => {
      await right.write({ ...initial, "body.weight": f32([2], 7, 7) });
      expect(numbers(await left.read(["body.weight"]))).toEqual({ "body.weight": [1, 2] });
      expect(numbers(await right.read(["body.weight"]))).toEqual({ "body.weight": [7, 7] });
    });
    await left.run("train_step", { x: f32([2], 1, 1), rate });
    expect(numbers(await left.read(["body.weight"]))).toEqual({ "body.weight": [0.9, 1.9] });
  }),
);

native("a GPU that is asked for and not there is an error that names the next command", async () => {
  const artifact = emitSavedModel(smallProgram());
  await expect(openNative(artifact, { device: "gpu" })).rejects.toThrow("rcnn native install --gpu");
});

native("more than 2^24 numbers come out, each another", async () => {
  const [rows, columns] = [4_200, 4_000];
  const b = createBuilder("spread");
  const column = b.input("column", { dtype: "f32", shape: [rows, 1] }, "");
  const row = b.input("row", { dtype: "f32", shape: [1, columns] }, "");
  b.output("sums", b.add(column, row), "");
  const session = await openNative(emitSavedModel({ name: "large", functions: { spread: b.build() } }), {
    device: "cpu",
  });
  try {
    // Whole numbers around 0, so that no two of the sums are the same.
    const upper = Float32Array.from({ length: rows }, (_, y) => (y - rows / 2) * columns);
    const { sums } = await session.run("spread", {
      column: { dtype: "f32", shape: [rows, 1], data: upper },
      row: { dtype: "f32", shape: [1, columns], data: Float32Array.from({ length: columns }, (_, x) => x) },
    });
    expect(sums!.data.length).toBe(rows * columns);
    expect(sums!.data.at(-1)).toBe((rows / 2) * columns - 1);
  } finally {
    await session.close();
  }
});
