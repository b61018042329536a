/** The graphs themselves as an artifact, for the plain reference interpreter. */
import type { Program, ReferenceProgram } from "../artifact.ts";
import { signaturesOf } from "../signatures.ts";

export const emitReference = (program: Program): ReferenceProgram => ({
  kind: "reference",
  signatures: signaturesOf(program),
  program,
});
