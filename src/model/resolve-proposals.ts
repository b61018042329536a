/** Where regions come from: the RPN of the model, or a file. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { MergedBlock } from "../merge/spec.ts";
import { unknown } from "./holes.ts";
import type { OutsideProposals } from "./model.ts";
import { perMode } from "./resolve-rpn.ts";
import type { Resolving } from "./resolving.ts";
import { type SectionView, settingOf } from "./section.ts";

/** The block `rpn`; undefined where the model has none. */
export function rpnBlock(view: SectionView): MergedBlock | undefined {
  const { block } = view;
  const found = block?.entries.find(
    (entry): entry is MergedBlock => entry.kind === "block" && entry.keyword.text === "rpn",
  );
  return found || !(block?.isPartial || settingOf(view, "rpn")) ? found : unknown();
}

/** What stands in the place of an RPN; null where there is one. Reports where there are both, or none. */
export function resolveProposals(view: SectionView, { report }: Resolving): OutsideProposals | null {
  const setting = settingOf(view, "proposals");
  const rpn = rpnBlock(view);
  if (setting?.value.kind === "hole") return unknown();
  if (!setting && !rpn) {
    const span = view.block?.label?.span ?? view.span;
    report(diagnose(modelCodes, "model/no-proposals", {}, { span }));
    return unknown();
  }
  if (setting && rpn) {
    const related = [{ message: "the RPN is here", span: rpn.keyword.span }];
    report(diagnose(modelCodes, "model/two-proposals", {}, { span: setting.value.span, related }));
    return unknown();
  }
  const written = view.values.proposals as { readonly [key: string]: PlainValue } | undefined;
  return written ? { count: perMode(written.count!), minimumSize: written.minimumSize as number } : null;
}
