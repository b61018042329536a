/** What can be wrong with the words and values of a text, before anything is built from them. */
import { defineCodes } from "../codes.ts";

type None = Record<never, never>;

export const checkCodes = defineCodes({
  "check/unknown-name": {
    severity: "error",
    message: (v: { name: string; what: string }) => `No ${v.what} is called \`${v.name}\`.`,
    explain:
      "A name means a parameter or a result of the body around it, a constant, a network or block of a file in use, or a component of the catalogue. Check its spelling, or add the `use` of the file that declares it.",
  },
  "check/unknown-key": {
    severity: "error",
    structural: true,
    unseen: "check/unfit-key",
    message: (v: { key: string; of: string; known: string }) =>
      `\`${v.of}\` has no \`${v.key}\`. It takes ${v.known}.`,
    explain:
      "Each block and each component takes the keys that the catalogue lists for it and no others, so that a misspelled key cannot pass for a default.",
  },
  "check/unknown-argument": {
    severity: "error",
    message: (v: { key: string; of: string; known: string }) =>
      `\`${v.of}\` has no parameter \`${v.key}\`. It takes ${v.known}.`,
    explain: "A network or a block takes the parameters that it is declared with, and no others.",
  },
  "check/missing-key": {
    severity: "error",
    message: (v: { key: string; of: string; expected: string }) =>
      `\`${v.of}\` needs \`${v.key}\`: ${v.expected}.`,
    explain: "This key has no default and nothing that it could be derived from, so the text must give it.",
  },
  "check/wrong-value": {
    severity: "error",
    structural: true,
    unseen: "check/unfit-value",
    message: (v: { key: string; found: string; expected: string }) =>
      `\`${v.key}\` is ${v.found}; expected ${v.expected}.`,
    explain:
      "The value has another kind than the key takes, another unit, or lies outside its range. The message names what is allowed.",
  },
  "check/mismatch": {
    severity: "error",
    message: (v: { key: string; found: string; expected: string }) =>
      `\`${v.key}\` is ${v.found}; expected ${v.expected}.`,
    explain:
      "A name brings a value from where it is declared, or a parameter has the type that it is declared with, and the two do not fit. Both places are shown.",
  },
  "check/wrong-range": {
    severity: "error",
    message: (v: { key: string; found: string; expected: string }) =>
      `\`${v.key}\` is ${v.found}; expected ${v.expected}.`,
    explain: "A range goes from its lower end to its higher one, and both lie within what the key takes.",
  },
  "check/unknown-word": {
    severity: "error",
    message: (v: { key: string; name: string; expected: string }) =>
      `\`${v.key}\` is the name \`${v.name}\`; expected ${v.expected}.`,
    explain:
      "The name stands for no value here, and is none of the words that the key takes. Check its spelling, or add the constant that it is meant to be.",
  },
  "check/unknown-component": {
    severity: "error",
    message: (v: { key: string; name: string; what: string; known: string }) =>
      `\`${v.name}\` is not ${v.what} that \`${v.key}\` takes; expected ${v.known}.`,
    explain:
      "The key takes one component of a certain role, such as a loss or a RoI op, by its name or as a call.",
  },
  "check/wrong-operand": {
    severity: "error",
    message: (v: { operator: string; wanted: string; noun: string; text: string }) =>
      `\`${v.operator}\` takes ${v.wanted}, but got the ${v.noun} \`${v.text}\`.`,
    explain:
      "Arithmetic and order work on numbers, `and`, `or`, `not` and conditions on truth values, `[ ]` and `.` on lists and records.",
  },
  "check/mixed-units": {
    severity: "error",
    message: (v: { operator: string; left: string; right: string; different: boolean }) =>
      `\`${v.left}\` and \`${v.right}\` ${v.different ? "have different units" : "both have a unit"}, so \`${v.operator}\` has no meaning for them.`,
    explain:
      "Numbers of one unit are added, compared and divided by each other, and a plain number scales any. Other units have no meaning together.",
  },
  "check/division-by-zero": {
    severity: "error",
    message: (_: None) => "The divisor is 0.",
    explain: "An expression is computed when the text is compiled, and a quotient by zero has no value.",
  },
  "check/overflow": {
    severity: "error",
    message: (_: None) => "The result is too large for a number.",
    explain:
      "Numbers are 64-bit floats: an expression whose value lies beyond 1.8e308 has none. Most often an exponent is wrong.",
  },
  "check/no-such-element": {
    severity: "error",
    message: (v: { key: string; available: string }) =>
      `There is no element \`${v.key}\`; there are ${v.available}.`,
    explain:
      "A list is indexed from 0, a record by its keys, and a feature map has `channels`, `stride`, `height` and `width` as far as it has them.",
  },
  "check/circular": {
    severity: "error",
    message: (v: { name: string }) => `\`${v.name}\` is defined by itself.`,
    explain: "Definitions may refer to each other in any order but not in a circle, so that every text ends.",
  },
  "check/no-reference": {
    severity: "error",
    message: (v: { path: string; problem: string; nearest?: string | undefined }) =>
      `\`${v.path}\` ${v.problem}.${v.nearest ? ` Did you mean \`${v.nearest}\`?` : ""}`,
    explain:
      "A value may name another key of the model by its path, `input.shortest` or `rpn.sample.count`, and follows it through extensions and overrides. The key must have a value: one that the text gives, or a default.",
  },
  "check/unknown-type": {
    severity: "error",
    message: (v: { text: string; known: string }) =>
      `\`${v.text}\` is not a type; expected ${v.known}, a choice such as \`50 | 101\` or a range such as \`0..5\`.`,
    explain: "A parameter of a network or a block has a type, which every argument is checked against.",
  },
  "check/too-many-arguments": {
    severity: "error",
    message: (v: { name: string; most: number }) =>
      `\`${v.name}\` takes at most ${v.most} argument${v.most === 1 ? "" : "s"} without a name.`,
    explain:
      "Arguments without a name are taken in the order in which the parameters are declared, and there are no more parameters.",
  },
  "check/argument-twice": {
    severity: "error",
    message: (v: { name: string; argument: string }) => `\`${v.argument}\` of \`${v.name}\` is given twice.`,
    explain: "A parameter takes one argument, by its place or by its name.",
  },
  "check/missing-argument": {
    severity: "error",
    message: (v: { name: string; argument: string }) =>
      `\`${v.name}\` needs \`${v.argument}\`, which has no default.`,
    explain:
      "A parameter without a default must be passed in every call. The declaration is shown beside the call.",
  },
  "check/block-wanted": {
    severity: "error",
    structural: true,
    unseen: "check/unfit-block",
    message: (v: { key: string }) => `\`${v.key}\` is a block; write \`${v.key} { ... }\`.`,
    explain: "Some keys are blocks with keys of their own. They are written with braces and without `=`.",
  },
  "check/value-wanted": {
    severity: "error",
    structural: true,
    message: (v: { key: string; expected: string }) =>
      `\`${v.key}\` is a value, not a block; write \`${v.key} = ...\` with ${v.expected}.`,
    explain: "This key takes a value behind `=`.",
  },
  "check/block-head": {
    severity: "error",
    structural: true,
    unseen: "check/unfit-block",
    message: (v: { keyword: string; problem: string }) => `\`${v.keyword}\` ${v.problem}.`,
    explain:
      "What may stand between the keyword of a block and its brace depends on the block: a name, a type behind `:`, levels behind `on`.",
  },
  "check/too-large": {
    severity: "error",
    message: (v: { most: number }) =>
      `This value has more than ${v.most} parts with all that its names stand for.`,
    explain:
      "A list of lists of lists grows without bound, so what names stand for is counted and limited. No list of a detector comes near the limit.",
  },
  "check/too-deep": {
    severity: "error",
    message: () => "The names in this text lead through too many others; expected a few hundred at most.",
    explain:
      "A name stands for an expression whose names stand for others, and blocks hold blocks. A chain of thousands of them is more than the compiler follows. Write `repeat` in place of one binding for each turn, and values where they are used.",
  },
  "check/recursion": {
    severity: "error",
    message: (v: { chain: string }) => `Recursion is not possible: ${v.chain}.`,
    explain:
      "Networks and blocks may use each other but not in a circle, so that every text ends. Write `repeat` instead.",
  },
  "check/no-result": {
    severity: "error",
    message: (v: { what: string; wanted: string }) => `${v.what} gives nothing; expected ${v.wanted}.`,
    explain:
      "The body of a block, a `repeat` or an `if` ends with `return`; a network binds every name that its `-> { ... }` lists.",
  },
  "check/unfit-key": {
    severity: "error",
    message: (v: { key: string; of: string; known: string }) =>
      `\`${v.of}\` has no \`${v.key}\`. It takes ${v.known}.`,
    explain:
      "The same as `check/unknown-key`, where the schema of the YAML form does not look: in an expression that is written as a string, behind a path such as `regions.pool`, in an edit.",
  },
  "check/unfit-value": {
    severity: "error",
    message: (v: { key: string; found: string; expected: string }) =>
      `\`${v.key}\` is ${v.found}; expected ${v.expected}.`,
    explain:
      "The same as `check/wrong-value`, where the schema of the YAML form does not look: in an expression that is written as a string, behind a path such as `regions.pool`, in an edit.",
  },
  "check/unfit-block": {
    severity: "error",
    message: (v: { keyword: string; problem: string }) => `\`${v.keyword}\` ${v.problem}.`,
    explain:
      "The same as `check/block-wanted` or `check/block-head`, where the schema of the YAML form does not look: in an edit.",
  },
});
