/** Typed tables of diagnostic codes: a message is a template whose missing value does not compile. */
import type { Diagnostic, Fix, Severity } from "./diagnostic.ts";
import type { Span } from "./span.ts";

/** One row of a table in `codes/`. */
export interface CodeDef<Values> {
  readonly severity: Severity;
  /** What was found, then what was expected; user text in back-ticks; full stop. */
  readonly message: (values: Values) => string;
  /** Two or three sentences for `rcnn explain CODE`. */
  readonly explain: string;
  /** Whether the JSON Schema of the YAML form finds it too. */
  readonly structural?: true;
  /** Of a structural one: the code of the same where the schema does not look. */
  readonly unseen?: string;
}

// The value type of each row is its own: `any` is the only bound that keeps it.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Table = Readonly<Record<string, CodeDef<any>>>;

export const defineCodes = <T extends Table>(table: T): T => table;

type ValuesOf<T extends Table, C extends keyof T> = Parameters<T[C]["message"]>[0];

export interface Where {
  readonly span?: Span | undefined;
  readonly related?: Diagnostic["related"] | undefined;
  readonly fixes?: readonly Fix[] | undefined;
}

/** Makes the diagnostic `code` of `table`. */
export function diagnose<T extends Table, C extends keyof T & string>(
  table: T,
  code: C,
  values: ValuesOf<T, C>,
  where: Where = {},
): Diagnostic {
  const row = table[code]!;
  const { isUnseen } = where.span ?? {};
  return {
    code: (isUnseen && row.unseen) || code,
    severity: row.severity,
    message: row.message(values),
    ...(where.span && { span: where.span }),
    ...(where.related?.length && { related: where.related }),
    ...(where.fixes?.length && { fixes: where.fixes }),
  };
}
