/** The rules by which numbers of a model follow from others. */

const rules: readonly (readonly [RegExp, string])[] = [
  [/^rpn\.anchors\.perCell$/, "sizes of a level times ratios"],
  [/^rpn\.anchors\.sizes/, "`sizes`, one list for each level of the RPN"],
  [/levels(\.\w+)?\.(stride|channels)$/, "stride and channels of that result of the backbone"],
  [/levels$/, "the results of the backbone that `on` names, with their strides and channels"],
  [
    /^regions\.(heads\.)?\w+\.outputs$/,
    "from the kind of the head, `classes`, `perClass` and whether the background has an output",
  ],
  [/^train\.steps$/, "`images`, or `epochs` times `epoch`, divided by `batch`, rounded up"],
  [
    /^train\.rate$/,
    "the rate of the text times `batch` over its own batch, linearly (Goyal et al. 2017, section 2.1)",
  ],
  [/^train\.schedule\.at/, "fractions of the run times its steps, and images divided by `batch`, rounded up"],
  [/^train\.schedule\.warmup$/, "steps as they are, and images divided by `batch`, rounded up"],
  [/^train\.frozen/, "layers before a `freeze`, and what the patterns of `train.freeze` name"],
  [/^backbone/, "the networks of `backbone`, built as far as something reads their results"],
];

export const ruleOf = (path: string): string =>
  rules.find(([pattern]) => pattern.test(path))?.[1] ?? "from the keys around it";
