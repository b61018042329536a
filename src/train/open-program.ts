/** A program opened on the back end that the user chose, or on the best one there is. */
import { emit } from "../compile.ts";
import { backendOf, open, targetOf } from "../runtime/index.ts";
import type { Session } from "../runtime/session.ts";
import type { Program } from "../targets/artifact.ts";
import type { BackendChoice, Log } from "./api.ts";

/** Throws a `RuntimeFault` where the back end is missing; never falls back to another. */
export async function openProgram(program: Program, choice: BackendChoice, log?: Log): Promise<Session> {
  const backend = await backendOf(choice.backend);
  const device = choice.device ?? "cpu";
  const chosen = choice.backend ? "as asked" : "the default here";
  log?.(`Back end: ${backend}${backend === "native" ? ` (${device})` : ""}, ${chosen}.`);
  return open(emit(program, targetOf(backend)), { backend, device: choice.device });
}
