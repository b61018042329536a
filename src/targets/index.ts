/** All targets: what each makes of a program. */
import type { Artifact, Program } from "./artifact.ts";
import { emitKernelPlan } from "./kernel-plan/emit.ts";
import { emitReference } from "./reference/emit.ts";
import { type EmitOptions, emitSavedModel } from "./saved-model/emit.ts";

export const targets = {
  "saved-model": emitSavedModel,
  "kernel-plan": emitKernelPlan,
  reference: emitReference,
} satisfies {
  readonly [Kind in Artifact["kind"]]: (
    program: Program,
    options: EmitOptions,
  ) => Extract<Artifact, { kind: Kind }>;
};

export type { EmitOptions } from "./saved-model/emit.ts";

export type TargetName = keyof typeof targets;
