/** The proposals of a model without an RPN: asked for where they are needed, and refused where they are not. */
import { checkProposals, type ProposalFile, readProposals } from "../data/proposals.ts";
import { trainCodes } from "../diagnostics/codes/train.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";

/** The file at `path` with an entry for each image of `names`; none for a model that has an RPN. */
export async function proposalsFor(
  model: Model,
  path: string | undefined,
  names: readonly string[],
): Promise<Result<ProposalFile | null>> {
  const { proposals, name: of } = model;
  if (!proposals) {
    return path === undefined
      ? { value: null, diagnostics: [] }
      : { diagnostics: [diagnose(trainCodes, "train/proposals-unused", { model: of, path })] };
  }
  if (path === undefined)
    return { diagnostics: [diagnose(trainCodes, "train/proposals-wanted", { model: of })] };
  const { value: file, diagnostics } = await readProposals(path);
  if (!file) return { diagnostics };
  const found = [...diagnostics, ...checkProposals(file, names)];
  return hasErrors(found) ? { diagnostics: found } : { value: file, diagnostics: found };
}
