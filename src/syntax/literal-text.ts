/** Which strings of the YAML form are values by themselves; the schema looks into these, and into no others. */

export const nameText = "[A-Za-z_][A-Za-z0-9_]*";
/** Without a sign. More digits, and exponents, have to be evaluated. */
export const digits = "[0-9]{1,9}(\\.[0-9]{1,9})?";
export const numberText = `-?${digits}`;

/** Without digits: an exponent is none. */
const unit = "[A-Za-z_]+";
const side = `(${numberText}${unit}|${numberText}|${nameText})`;

/** Quantities, sizes, ratios, ranges, rates, texts and `none`, as part of a regular expression. */
export const literalText = [
  `${numberText}(%|${unit})`,
  "[0-9]{1,9}x[0-9]{1,9}",
  `${digits}:${digits}`,
  `${side}\\.\\.${side}`,
  `${numberText} per ${numberText}(${unit})?`,
  '"[^"]*"',
  "none",
].join("|");

const literal = new RegExp(`^(${literalText})$`);

export const isLiteralText = (text: string): boolean => literal.test(text);
