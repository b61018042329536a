/** Where regions come from: the RPN of the model, or a file. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { MergedBlock } from "../merge/spec.ts";
import type { OutsideProposals } from "./model.ts";
import { perMode } from "./resolve-rpn.ts";
import type { Resolving } from "./resolving.ts";
import { placeOf, type SectionView } from "./section.ts";

export const rpnBlock = ({ block }: SectionView): MergedBlock | undefined =>
  block?.entries.find(
    (entry): entry is MergedBlock => entry.kind === "block" && entry.keyword.text === "rpn",
  );

/** What stands in the place of an RPN; null where there is one. Reports where there are both, or none. */
export function resolveProposals(view: SectionView, { report }: Resolving): OutsideProposals | null {
  const written = view.values.proposals as { readonly [key: string]: PlainValue } | undefined;
  const rpn = rpnBlock(view);
  if (!written && !rpn) {
    const span = view.block?.label?.span ?? view.span;
    report(diagnose(modelCodes, "model/no-proposals", {}, { span }));
  }
  if (written && rpn) {
    const related = [{ message: "the RPN is here", span: rpn.keyword.span }];
    report(diagnose(modelCodes, "model/two-proposals", {}, { span: placeOf(view, "proposals"), related }));
  }
  return written ? { count: perMode(written.count!), minimumSize: written.minimumSize as number } : null;
}
