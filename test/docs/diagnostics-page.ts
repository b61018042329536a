/** `docs/diagnostics.md` from the tables of codes. */

interface Row {
  readonly severity: string;
  readonly explain: string;
}

/** The whole page; one section a stage, in the order of the stages. */
export function diagnosticsPage(codes: Readonly<Record<string, Row>>): string {
  const stages = [...new Set(Object.keys(codes).map((code) => code.split("/")[0]!))];
  const sections = stages.map((stage) => {
    const rows = Object.entries(codes).filter(([code]) => code.startsWith(`${stage}/`));
    const entries = rows.map(
      ([code, { severity, explain }]) => `### ${code}\n\n${capital(severity)}. ${explain}`,
    );
    return [`## ${stage}`, ...entries].join("\n\n");
  });
  return [
    "# Diagnostics",
    "Written by `npm run docs` from `src/diagnostics/codes`. Each message ends with its code; `rcnn explain CODE` shows the text below.",
    ...sections,
  ].join("\n\n");
}

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
