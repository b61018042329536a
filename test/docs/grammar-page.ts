/** `docs/reference/grammar.md`: the grammar of the `.rcnn` notation, which `grammar/rcnn.ebnf` holds. */

export function grammarPage(ebnf: string): string {
  return [
    "# Grammar",
    "Written by `npm run docs` from [grammar/rcnn.ebnf](../../grammar/rcnn.ebnf), which is written from the parser. The YAML form has a JSON Schema, [grammar/rcnn.schema.json](../../grammar/rcnn.schema.json); its plain strings are `expression`s of this grammar.",
    "Operators, from the one that binds least: `or`, `and`, `not`, comparison, `..` and `per`, `+ -`, `* /`, the sign. `->` binds less than all of them.",
    `\`\`\`ebnf\n${ebnf.trimEnd()}\n\`\`\``,
  ].join("\n\n");
}
