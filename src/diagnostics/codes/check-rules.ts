/** What is right in a text but surely not meant: names that nothing reads, and names that hide others. */
import { defineCodes } from "../codes.ts";

export const checkRuleCodes = defineCodes({
  "check/unused-binding": {
    severity: "warning",
    message: (v: { name: string; what: "binding" | "index" }) => `Nothing reads the ${v.what} \`${v.name}\`.`,
    explain:
      "A binding gives a value a name inside one body. One that nothing reads builds nothing and has no weights; most often another name was meant where it should be read.",
  },
  "check/unused-parameter": {
    severity: "warning",
    message: (v: { name: string; module: string; what: "parameter" | "input" }) =>
      `\`${v.module}\` never reads its ${v.what} \`${v.name}\`.`,
    explain:
      "Whatever is passed for the parameter, the network or block stays the same, though its callers must believe otherwise. Use it in the body, or take it out.",
  },
  "check/unused-declaration": {
    severity: "warning",
    message: (v: { name: string; what: "constant" | "network" | "block" }) =>
      `Nothing uses the ${v.what} \`${v.name}\`.`,
    explain:
      "A file with a model declares what that model is made of. A constant, network or block that neither the model nor anything else reads has no effect. Those that are for other files belong into a file without a model.",
  },
  "check/idle-constant": {
    severity: "warning",
    message: (v: { name: string }) =>
      `The constant \`${v.name}\` is set here, but nothing in the model reads it.`,
    explain:
      "A model that extends another, a point of an ablation or `--set` gives the constant another value, and the model stays the same: what used to read the constant has been replaced, or another name was meant.",
  },
  "check/unused-use": {
    severity: "warning",
    message: (v: { path: string }) => `This text names nothing of what \`use "${v.path}"\` brings.`,
    explain:
      "`use` makes the models, networks, blocks and constants of another file known. Where the text names none of them the line has no effect. What a used file uses in its turn need not be used again.",
  },
  "check/shadowed": {
    severity: "warning",
    message: (v: { name: string; hidden: string }) => `\`${v.name}\` hides ${v.hidden} of the same name.`,
    explain:
      "Inside the body the name means the inner value, and what stands outside cannot be reached. Give one of the two another name, so that a reader need not know which of them holds.",
  },
});
