/** Which strings of the YAML form are values by themselves; the schema looks into these, and into no others. */

export const nameText = "[A-Za-z_][A-Za-z0-9_]*";
/** Without a sign. */
export const digits = "[0-9]+(\\.[0-9]+)?";
export const numberText = `-?${digits}([eE][+-]?[0-9]+)?`;

const side = `(${numberText}${nameText}|${numberText}|${nameText})`;

/** Quantities, sizes, ratios, ranges, rates, texts and `none`, as part of a regular expression. */
export const literalText = [
  `${numberText}(%|${nameText})`,
  "[0-9]+x[0-9]+",
  `${digits}:${digits}`,
  `${side}\\.\\.${side}`,
  `${numberText} per ${numberText}(${nameText})?`,
  '"[^"]*"',
  "none",
].join("|");

const literal = new RegExp(`^(${literalText})$`);

export const isLiteralText = (text: string): boolean => literal.test(text);
