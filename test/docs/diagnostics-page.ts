/** `docs/diagnostics.md` from the tables of codes. */

interface Row {
  readonly severity: string;
  readonly explain: string;
  readonly structural?: true;
}

/** The whole page; one section a stage, in the order of the stages. */
export function diagnosticsPage(codes: Readonly<Record<string, Row>>): string {
  const stages = [...new Set(Object.keys(codes).map((code) => code.split("/")[0]!))];
  const sections = stages.map((stage) => {
    const rows = Object.entries(codes).filter(([code]) => code.startsWith(`${stage}/`));
    const entries = rows.map(
      ([code, { severity, explain, structural }]) =>
        `### ${code}\n\n${capital(severity)}${structural ? ", structural" : ""}. ${explain}`,
    );
    return [`## ${stage}`, ...entries].join("\n\n");
  });
  return [
    "# Diagnostics",
    "Written by `npm run docs` from `src/diagnostics/codes`. Each message ends with its code; `rcnn explain CODE` shows the text below.",
    "What is structural the [JSON Schema](../grammar/rcnn.schema.json) of the YAML form finds too: a text that it accepts has no such error, and where it refuses a text there is an error at that place. All else is about what names, expressions, other files and layers stand for. With `--json` each diagnostic says whether it is structural, and the JSON pointer of its place.",
    ...sections,
  ].join("\n\n");
}

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
