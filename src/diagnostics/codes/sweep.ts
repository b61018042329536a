/** What can be wrong with an ablation: its axes, its published values, its points. */
import { defineCodes } from "../codes.ts";

const near = (nearest: string | undefined): string => (nearest ? ` Did you mean \`${nearest}\`?` : "");

export const sweepCodes = defineCodes({
  "sweep/no-ablation": {
    severity: "error",
    message: (v: { path: string }) =>
      `\`${v.path}\` declares no ablation; expected \`ablation name { ... }\`.`,
    explain:
      "`rcnn sweep` and `rcnn table` work on the `ablation` blocks of one file, not on those of the files it uses.",
  },
  "sweep/unknown-entry": {
    severity: "error",
    message: (v: { name: string; inside: string; known: readonly string[]; nearest?: string | undefined }) =>
      `\`${v.name}\` has no place in ${v.inside}; expected ${v.known.map((each) => `\`${each}\``).join(", ")}.${near(v.nearest)}`,
    explain:
      "An ablation holds what it is about (`base`, `source`, `seeds`, `metric`, `published`) and what it varies (`case`, `vary`, `grid`, `zip`, `union`, `exclude`). What a point changes in the model stands inside a `case`.",
  },
  "sweep/missing": {
    severity: "error",
    message: (v: { what: string; inside: string }) => `${v.inside} needs ${v.what}.`,
    explain:
      "An ablation needs its `base` and something to vary; `vary path` needs `case` blocks, each with a `value`, or `values = [...]`.",
  },
  "sweep/wrong-value": {
    severity: "error",
    message: (v: { name: string; expected: string }) => `\`${v.name}\` is not ${v.expected}.`,
    explain:
      "What an ablation says of itself is written out: a text, a number or a list of them, without names and arithmetic.",
  },
  "sweep/unknown-measure": {
    severity: "error",
    message: (v: { name: string; expected: string; nearest?: string | undefined }) =>
      `Nothing is measured that is called \`${v.name}\`; expected ${v.expected}.${near(v.nearest)}`,
    explain:
      "Published values stand under the names of what `rcnn evaluate` measures: `box.AP`, `mask.AP50`. They are in points of a hundred, as papers print them, or percentages.",
  },
  "sweep/side-by-side": {
    severity: "error",
    message: (v: { first: string; second: string }) =>
      `${v.first} and ${v.second} stand side by side; expected them inside \`grid\`, \`zip\` or \`union\`.`,
    explain:
      "`grid` takes each with each, `zip` the first with the first and so on, `union` one after the other. Which is meant, the text must say.",
  },
  "sweep/zip-lengths": {
    severity: "error",
    message: (v: { lengths: readonly number[] }) =>
      `The parts of this \`zip\` have ${v.lengths.join(" and ")} cases; expected as many in each.`,
    explain: "`zip` takes the first cases of its parts together, then the second, and so on.",
  },
  "sweep/duplicate-point": {
    severity: "error",
    message: (v: { name: string }) => `There are two points \`${v.name}\`.`,
    explain: "A point is named after its cases. Its run and its row of the table are found by that name.",
  },
  "sweep/same-point": {
    severity: "error",
    message: (v: { first: string; second: string }) =>
      `The points \`${v.first}\` and \`${v.second}\` are the same model.`,
    explain:
      "Two points that resolve to the same model would train the same run twice. A case changes nothing, or `--set` overrides what is varied.",
  },
  "sweep/unknown-case": {
    severity: "error",
    message: (v: { name: string; nearest?: string | undefined }) =>
      `There is no case \`${v.name}\` to leave out.${near(v.nearest)}`,
    explain:
      '`exclude` names cases of the block that it stands in, or values that they set, as `path = value`: `["a", ["b", "train.rate = 0.02"]]` leaves out what has the case a, and what has both b and that rate.',
  },
  "sweep/excludes-nothing": {
    severity: "error",
    message: (v: { names: readonly string[] }) =>
      `No point has ${v.names.map((name) => `\`${name}\``).join(" and ")}, so nothing is left out.`,
    explain: "An item of `exclude` leaves out the points that have all the cases and values it names.",
  },
  "sweep/nothing-left": {
    severity: "error",
    message: (_: Record<never, never>) => "Nothing is left: every point is left out.",
    explain: "The items of `exclude` together leave out all points of the block that they stand in.",
  },
  "sweep/too-many-points": {
    severity: "error",
    message: (v: { count: number; most: number }) =>
      `This makes ${v.count} points; expected at most ${v.most}.`,
    explain:
      "Each point is compiled before the first one trains. A sweep over more is better written as several.",
  },
  "sweep/published-in-grid": {
    severity: "error",
    message: (v: { name: string }) =>
      `The case \`${v.name}\` is part of several points, so what is published of it has no one place.`,
    explain:
      'In a `grid`, published values are given by the name of the point: `published "a, b" { mask.AP = 30.3 }` in the ablation.',
  },
  "sweep/published-twice": {
    severity: "error",
    message: (v: { measure: string; point: string }) =>
      `\`${v.measure}\` of the point \`${v.point}\` is published twice.`,
    explain: "A point has one published value of each measure.",
  },
  "sweep/unknown-point": {
    severity: "error",
    message: (v: { name: string; nearest?: string | undefined }) =>
      `There is no point \`${v.name}\`.${near(v.nearest)}`,
    explain: '`published "NAME"` names a point by its cases, joined by a comma and a space.',
  },
});

/** What can go wrong with the runs of a sweep, and with the table of them. */
export const sweepRunCodes = defineCodes({
  "sweep/run-failed": {
    severity: "error",
    message: (v: { point: string; seed: number; run: string }) =>
      `The run of the point \`${v.point}\`, seed ${v.seed}, in ${v.run} did not end.`,
    explain:
      "The message before this one says why. The other runs of the sweep were done; `rcnn sweep` tries this one again.",
  },
  "sweep/other-run": {
    severity: "warning",
    message: (v: { run: string; point: string; seed: number }) =>
      `The run in ${v.run} is not that of the point \`${v.point}\`, seed ${v.seed}, as the ablation says it now; it is left out.`,
    explain:
      "The ablation, its base or what was set changed after the run. `rcnn sweep` does the run again and keeps the earlier one beside it.",
  },
  "sweep/bad-measurement": {
    severity: "warning",
    message: (v: { file: string; problem: string }) => `${v.file} is not read: ${v.problem}.`,
    explain:
      "`evaluation.json` and `sweep.json` are written by `rcnn sweep`. What cannot be read counts as not there.",
  },
});
