/** What can be wrong in putting a model together from what it extends and what is set from outside. */
import { defineCodes } from "../codes.ts";

export const mergeCodes = defineCodes({
  "merge/no-model": {
    severity: "error",
    message: (v: { path: string }) => `\`${v.path}\` declares no model; expected \`model name { ... }\`.`,
    explain: "A command works on one model: the last one of the file, or the one that is asked for by name.",
  },
  "merge/unnamed-model": {
    severity: "error",
    message: (_: Record<never, never>) => "This model has no name; expected `model name { ... }`.",
    explain: "A model is extended, reported and listed by its name.",
  },
  "merge/unknown-model": {
    severity: "error",
    message: (v: { name: string; nearest?: string | undefined }) =>
      `There is no model \`${v.name}\`.${v.nearest ? ` Did you mean \`${v.nearest}\`?` : ""}`,
    explain: "The name is that of no model in the file or in the files that it uses.",
  },
  "merge/extends-circle": {
    severity: "error",
    message: (v: { chain: readonly string[] }) =>
      `The models extend each other in a circle: ${v.chain.map((name) => `\`${name}\``).join(" -> ")}.`,
    explain: "A model cannot extend itself, directly or through others.",
  },
  "merge/duplicate-declaration": {
    severity: "error",
    message: (v: { kind: string; name: string }) =>
      `There are two ${v.kind}s \`${v.name}\` in the files used.`,
    explain:
      "Networks, blocks, models and constants of all the files share one space of names. Rename one of the two, or leave one of the files out.",
  },
  "merge/misplaced-block": {
    severity: "error",
    structural: true,
    message: (v: { keyword: string; nearest?: string | undefined }) =>
      v.nearest
        ? `\`${v.keyword}\` is not a declaration. Did you mean \`${v.nearest}\`?`
        : `\`${v.keyword}\` stands outside a model; expected it inside \`model name { ... }\`.`,
    explain:
      "The top of a file holds `use`, models, networks, blocks and constants; every section belongs to a model.",
  },
  "merge/block-and-value": {
    severity: "error",
    message: (v: { name: string; found: "block" | "value" }) =>
      v.found === "block"
        ? `\`${v.name}\` is a block here, but was given as a value.`
        : `\`${v.name}\` is a value here, but was given as a block.`,
    explain:
      "What extends or sets a block must be a block (`name { ... }`), and what replaces a value must be a value (`name = ...`).",
  },
  "merge/nothing-there": {
    severity: "error",
    message: (v: { path: string; nearest?: string | undefined }) =>
      `There is nothing at \`${v.path}\` to change.${v.nearest ? ` Did you mean \`${v.nearest}\`?` : ""}`,
    explain:
      "`replace`, `append`, `insert` and `remove` change what the model extended has already; to add something, set it.",
  },
  "merge/no-parts": {
    severity: "error",
    message: (v: { name: string; part: string }) =>
      `\`${v.name}\` has no parts by name, so \`${v.part}\` cannot be reached in it.`,
    explain:
      "A path goes into blocks, records, the arguments of calls and the stages of pipelines, not into other values.",
  },
  "merge/overwritten": {
    severity: "warning",
    message: (v: { name: string; how: string }) =>
      `\`${v.name}\` is set here in vain: further down the same model ${v.how}.`,
    explain:
      "A model may set anew what it extends, but what it says itself it says once: of two texts for one value the first has no effect. Leave out the one that is not meant. Of several `--set` of one path the last one holds, without a warning.",
  },
  "merge/cannot-append": {
    severity: "error",
    message: (v: { name: string; problem: string }) =>
      `Nothing can be appended to \`${v.name}\`: ${v.problem}.`,
    explain: "`append` adds items to a list or stages to a pipeline. Any other value is set or replaced.",
  },
  "merge/cannot-insert": {
    severity: "error",
    message: (v: { name: string; problem: string }) =>
      `Nothing can be inserted at \`${v.name}\`: ${v.problem}.`,
    explain:
      "`insert` puts layers before or after a use (`insert relu after rpn.head.conv`), or an item beside another of its list (`insert 16px before rpn.anchors.sizes[0]`).",
  },
});
