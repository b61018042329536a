/** Values that the text sets and another value makes meaningless. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { HeadModel } from "../head-model.ts";
import { known, unknown } from "../holes.ts";
import type { RpnModel } from "../rpn-model.ts";
import { type ModelRule, type RuleSite, relatedAt, setAt } from "./rule.ts";

interface Idle {
  /** Path of the value that nothing reads. */
  readonly path: string;
  /** What it is called, where it is a part of the value there. */
  readonly key?: string;
  readonly reason: string;
  /** Path of the value that makes it so. */
  readonly because?: string;
}

export const noEffect: ModelRule = (site) => {
  return idleIn(site).flatMap(({ path, key, reason, because }) => {
    const span = setAt(site, path);
    if (!span) return [];
    const related = because === undefined ? [] : relatedAt(site, because, "because of this");
    const values = { key: key ?? path.slice(path.lastIndexOf(".") + 1), reason };
    return [diagnose(modelRuleCodes, "model/no-effect", values, { span, related })];
  });
};

/** What nothing in the model reads, set or not. */
export const idleIn = (site: Pick<RuleSite, "model">): readonly Idle[] => [
  ...ofProposals(site),
  ...ofRegions(site),
  ...ofDetections(site),
  ...ofTraining(site),
];

/** Nothing where the question is about what is not known. */
const when = (holds: () => boolean, ...idle: readonly Idle[]): readonly Idle[] => (known(holds) ? idle : []);

function ofProposals({ model }: Pick<RuleSite, "model">): readonly Idle[] {
  const rpn = (): RpnModel => model.rpn ?? unknown();
  const reason = "the RPN reads one level";
  return [
    ...when(
      () => rpn().levels.length === 1,
      { path: "rpn.propose.beforeOver", reason },
      { path: "rpn.propose.separate", reason },
    ),
    ...when(() => model.train.batch === 1 && rpn().propose.afterOver === "batch", {
      path: "rpn.propose.afterOver",
      reason: "a batch is one image",
      because: "train.batch",
    }),
  ];
}

function ofRegions({ model: { regions } }: Pick<RuleSite, "model">): readonly Idle[] {
  const assigned = ["size", "level", "epsilon"].map((key) => ({
    path: `regions.assign.${key}`,
    reason: "regions are pooled from one level",
  }));
  return [
    ...when(() => regions.levels.length === 1, ...assigned),
    ...when(() => regions.sample.choose.kind === "hardest", {
      path: "regions.sample.positive",
      reason: "of the hardest boxes any may be positive",
      because: "regions.sample.choose",
    }),
    ...(known(() => regions.heads) ?? []).flatMap(ofHead),
  ];
}

function ofHead(head: HeadModel): readonly Idle[] {
  if (head.kind === "classify") return [];
  const one = head.kind === "segment" ? "mask" : "box";
  const because = `regions.${head.name}.${head.kind === "segment" ? "loss" : "perClass"}`;
  const path = `regions.${head.name}.withBackground`;
  const reason = `all classes share one ${one}`;
  return when(() => !head.perClass && !head.withBackground, { path, reason, because });
}

function ofDetections({ model }: Pick<RuleSite, "model">): readonly Idle[] {
  const reason = "no head gives masks";
  return when(
    () => !model.regions.heads.some(({ kind }) => kind === "segment"),
    { path: "detect.maskThreshold", reason },
    { path: "detect.paste", reason },
  );
}

function ofTraining({ model: { train } }: Pick<RuleSite, "model">): readonly Idle[] {
  return [
    ...when(() => train.optimizer.nesterov && train.optimizer.momentum === 0, {
      path: "train.optimizer",
      key: "nesterov",
      reason: "it looks ahead by a momentum of 0",
    }),
    ...when(() => train.frozen.length === 0, {
      path: "train.freezeStatistics",
      reason: "nothing is frozen",
    }),
  ];
}
