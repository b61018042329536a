/** What can be wrong with a graph: as text, or as a value that a pass made. */
import { defineCodes } from "../codes.ts";

export const irCodes = defineCodes({
  "ir/syntax": {
    severity: "error",
    message: (v: { found: string; expected: string }) => `Found ${v.found}; expected ${v.expected}.`,
    explain:
      "The text of a graph has one input, parameter, node, output or update a line, between `graph NAME {` and `}`. `rcnn inspect CONFIG --ir` prints one.",
  },
  "ir/undefined-value": {
    severity: "error",
    message: (v: { value: string }) => `\`${v.value}\` is used, but no line above it defines it.`,
    explain:
      "A value is an input, a parameter, or an output of an earlier node: a graph is in the order in which it runs.",
  },
  "ir/defined-twice": {
    severity: "error",
    message: (v: { value: string }) => `\`${v.value}\` is defined twice.`,
    explain: "Every value has one definition, and every input, parameter, output and update one line.",
  },
  "ir/unknown-op": {
    severity: "error",
    message: (v: { op: string }) => `There is no op \`${v.op}\`.`,
    explain: "The ops are those of the registry in `src/ops`; the reference page lists them.",
  },
  "ir/wrong-signature": {
    severity: "error",
    message: (v: { op: string; fault: string }) => `\`${v.op}\` ${v.fault}.`,
    explain:
      "Each op takes a certain number of operands, and all of its attributes and no others: none has a default.",
  },
  "ir/broken-constraint": {
    severity: "error",
    message: (v: { op: string; operands: string; constraint: string }) =>
      `\`${v.op}\` of ${v.operands} breaks ${v.constraint}.`,
    explain:
      "Each op states what must hold of its operands and attributes, as C1, C2 and so on in the reference page.",
  },
  "ir/wrong-type": {
    severity: "error",
    message: (v: { of: string; found: string; expected: string }) =>
      `\`${v.of}\` is \`${v.found}\`; expected \`${v.expected}\`.`,
    explain:
      "The types of a node's outputs follow from its operands and attributes, and an update has the type of its parameter.",
  },
  "ir/unknown-parameter": {
    severity: "error",
    message: (v: { name: string }) => `The update of \`${v.name}\` has no parameter of that name.`,
    explain: "An update gives a parameter of the same graph its value for the next run.",
  },
});
