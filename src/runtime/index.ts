/** Opens a compiled model on a back end; each back end is loaded only when it is asked for. */

import { runtimeCodes } from "../diagnostics/codes/runtime.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Artifact } from "../targets/artifact.ts";
import { RuntimeFault } from "./fault.ts";
import { locateNative } from "./native/locate.ts";
import type { Session } from "./session.ts";

export const backends = ["native", "wasm", "cpu", "reference"] as const;

export type Backend = (typeof backends)[number];

export interface OpenOptions {
  readonly backend: Backend;
  /** Only the native back end has a choice. */
  readonly device?: "cpu" | "gpu" | undefined;
  /** As many as the back end sees fit unless given. */
  readonly threads?: number | undefined;
  /** Takes a line where a back end runs, but not as it was asked to. */
  readonly log?: ((line: string) => void) | undefined;
}

/** The kind of artifact that a back end runs. */
export const targetOf = (backend: Backend): Artifact["kind"] =>
  backend === "native" ? "saved-model" : backend === "reference" ? "reference" : "kernel-plan";

/** The back end of that name; without one, native where it is installed, else wasm. Throws a `RuntimeFault` for an unknown name. */
export async function backendOf(name?: string): Promise<Backend> {
  if (name === undefined) return (await locateNative()) ? "native" : "wasm";
  const backend = backends.find((each) => each === name);
  if (backend) return backend;
  throw new RuntimeFault(diagnose(runtimeCodes, "runtime/unknown-backend", { name, known: backends }));
}

/** A session with unset variables. Throws a `RuntimeFault` where the back end is missing, or cannot run this artifact. */
export async function open(artifact: Artifact, options: OpenOptions): Promise<Session> {
  const { backend, device = "cpu", threads, log } = options;
  if (device === "gpu" && backend !== "native")
    throw new RuntimeFault(diagnose(runtimeCodes, "runtime/gpu-needs-native", { backend }));
  if (artifact.kind === "saved-model" && backend === "native") {
    const { openNative } = await import("./native/session.ts");
    return openNative(artifact, { device, ...(threads !== undefined && { threads }) });
  }
  if (artifact.kind === "kernel-plan" && (backend === "wasm" || backend === "cpu")) {
    const { openKernelPlan } = await import("./kernel-plan/session.ts");
    return openKernelPlan(artifact, { backend, threads, log });
  }
  if (artifact.kind === "reference" && backend === "reference") {
    const { openReference } = await import("./reference/session.ts");
    return openReference(artifact);
  }
  const values = { backend, found: artifact.kind, expected: targetOf(backend) };
  throw new RuntimeFault(diagnose(runtimeCodes, "runtime/wrong-artifact", values));
}
