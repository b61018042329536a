/** What can be wrong with the text of a file before its words mean anything. */
import { defineCodes } from "../codes.ts";

export const syntaxCodes = defineCodes({
  "syntax/unexpected-character": {
    severity: "error",
    message: (v: { text: string }) => `\`${v.text}\` is not part of the language.`,
    explain:
      "The text has characters that begin no word of the language. Texts stand in double quotes, comments begin with `//`, and names are made of letters, digits and `_`.",
  },
  "syntax/unexpected": {
    severity: "error",
    message: (v: { found: string; expected: string }) => `Found ${v.found}; expected ${v.expected}.`,
    explain:
      "At this place the grammar allows only what the message names. Often the mistake is just before it: a missing comma, `=` or value.",
  },
  "syntax/reserved-word": {
    severity: "error",
    message: (v: { word: string }) =>
      `\`${v.word}\` is a word of the language and cannot be a name; expected another name.`,
    explain:
      "Words such as `on`, `as`, `if` and `repeat` have a meaning of their own and cannot name anything. Choose another name.",
  },
  "syntax/call-space": {
    severity: "error",
    message: (v: { name: string; open: string }) =>
      `\`${v.open}\` must touch \`${v.name}\`; with a space between them they are two things.`,
    explain:
      "Line ends mean nothing in this language, so `(` and `[` continue an expression only where they touch it. Remove the space.",
  },
  "syntax/unclosed": {
    severity: "error",
    message: (v: { open: string; close: string }) =>
      `\`${v.open}\` is never closed; expected \`${v.close}\` before the end of the text.`,
    explain: "Each `{`, `(` and `[` needs its partner. The place shown is the one that has none.",
  },
  "syntax/unterminated-text": {
    severity: "error",
    message: (_: Record<never, never>) => 'The text is not closed; expected `"` before the end of the line.',
    explain: 'A text begins and ends with a double quote on one line. A quote inside it is written `\\"`.',
  },
  "syntax/bad-escape": {
    severity: "error",
    message: (v: { escape: string }) =>
      `\`${v.escape}\` is not an escape; expected one of \`\\"\`, \`\\\\\`, \`\\n\` and \`\\t\`.`,
    explain: 'Inside a text a backslash begins an escape: `\\"`, `\\\\`, `\\n` or `\\t`.',
  },
  "syntax/unknown-unit": {
    severity: "error",
    message: (v: { unit: string; units: string }) =>
      `\`${v.unit}\` is not a unit; expected one of ${v.units}.`,
    explain:
      "A word that touches a number or a list is its unit: `600px`, `16images`, `[128, 256]px`. Sizes are written `7x7` and ratios `1:2`.",
  },
  "syntax/not-finite": {
    severity: "error",
    message: (v: { text: string }) => `\`${v.text}\` is too large for a number.`,
    explain: "Numbers are double precision: at most about 1.8e308.",
  },
  "syntax/duplicate": {
    severity: "error",
    message: (v: { name: string }) => `\`${v.name}\` stands twice in the same place.`,
    explain:
      "A key, a name, a parameter or a block of one kind and label stands at most once in the same braces. To change what a base model says, write it once in the model that extends it.",
  },
  "syntax/not-utf8": {
    severity: "error",
    message: (_: Record<never, never>) => "The file has bytes here that are not UTF-8.",
    explain:
      "Texts of the language are UTF-8. A file in another encoding, or one that is no text at all, cannot be read without guessing.",
  },
  "syntax/too-large": {
    severity: "error",
    message: (v: { what: string; size: string; limit: number }) =>
      `${v.what} has ${v.size}; expected at most ${v.limit}.`,
    explain:
      "A model is a page or two of text. Limits on its characters, on its words and marks, and on the mistakes that are told of it keep a wrong file from being read as one.",
  },
  "syntax/too-deep": {
    severity: "error",
    message: (v: { limit: number }) => `This is nested too deeply; expected at most ${v.limit} levels.`,
    explain:
      "The limit keeps a hostile text from exhausting the compiler. Give parts of it names of their own.",
  },
  "syntax/yaml": {
    severity: "error",
    message: (v: { problem: string }) => `This is not YAML 1.2: ${v.problem}.`,
    explain:
      "The file ends in `.yaml` and is read as YAML 1.2 with the core schema, without tags of other schemas.",
  },
  "syntax/yaml-shape": {
    severity: "error",
    structural: true,
    unseen: "syntax/yaml-unfit",
    message: (v: { found: string; expected: string }) => `Found ${v.found}; expected ${v.expected}.`,
    explain:
      "The YAML form has one rule for declarations, `kind: { name: { ... } }`, and one for calls, `{ name: { key: value } }`. The message says what stands at this place in it.",
  },
  "syntax/yaml-unfit": {
    severity: "error",
    message: (v: { found: string; expected: string }) => `Found ${v.found}; expected ${v.expected}.`,
    explain:
      "The same as `syntax/yaml-shape`, where the schema of the YAML form does not look: behind a path such as `regions.match`, in an edit.",
  },
  "syntax/yaml-aliases": {
    severity: "error",
    message: (v: { limit: number }) =>
      `The text has more than ${v.limit} values with its aliases written out.`,
    explain: "Aliases of aliases grow without bound, so what they stand for is counted and limited.",
  },
});
