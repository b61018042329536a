import { expect, test } from "vitest";
import type { RuntimeFault } from "../../src/runtime/fault.ts";
import { backendOf, open, targetOf } from "../../src/runtime/index.ts";
import { emitKernelPlan } from "../../src/targets/kernel-plan/emit.ts";
import { emitReference } from "../../src/targets/reference/emit.ts";
import { smallNet } from "./small-net.ts";

const program = smallNet();

test("each back end opens its own kind of artifact, and says its name", async () => {
  for (const backend of ["cpu", "wasm", "reference"] as const) {
    const artifact = targetOf(backend) === "reference" ? emitReference(program) : emitKernelPlan(program);
    const session = await open(artifact, { backend });
    expect(session.backend).toBe(backend);
    await session.close();
  }
});

test("another kind of artifact, or an unknown back end, is a fault", async () => {
  const reason = (error: unknown) => (error as RuntimeFault).diagnostic.code;
  await expect(open(emitReference(program), { backend: "wasm" }).catch(reason)).resolves.toBe(
    "runtime/wrong-artifact",
  );
  await expect(backendOf("webgpu").catch(reason)).resolves.toBe("runtime/unknown-backend");
  await expect(backendOf("cpu")).resolves.toBe("cpu");
});

test("without a name it is native where that is installed, else wasm", async () => {
  const { RCNN_NATIVE_DIR: before } = process.env;
  process.env.RCNN_NATIVE_DIR = "/nowhere";
  try {
    await expect(backendOf()).resolves.toBe("wasm");
  } finally {
    if (before === undefined) delete process.env.RCNN_NATIVE_DIR;
    else process.env.RCNN_NATIVE_DIR = before;
  }
});
