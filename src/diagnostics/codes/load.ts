/** What can be wrong with the files that a text is made of. */
import { defineCodes } from "../codes.ts";

export const loadCodes = defineCodes({
  "load/missing-file": {
    severity: "error",
    message: (v: { path: string }) => `There is no file \`${v.path}\`.`,
    explain: "The file named on the command line does not exist, or is a folder, or may not be read.",
  },
  "load/unknown-notation": {
    severity: "error",
    message: (v: { path: string }) =>
      `\`${v.path}\` has no known notation; expected a name that ends in \`.rcnn\` or \`.yaml\`.`,
    explain: "The ending of a file's name says in which of the two notations it is written.",
  },
  "load/unresolved-use": {
    severity: "error",
    message: (v: { path: string; tried: readonly string[] }) =>
      `There is no file for \`${v.path}\`; looked for ${v.tried.map((file) => `\`${file}\``).join(", ")}.`,
    explain:
      "`use` names a file without its ending, first relative to the file that uses it, then relative to the library that comes with rcnn.",
  },
  "load/outside-path": {
    severity: "error",
    structural: true,
    message: (v: { path: string; problem: string }) =>
      `\`${v.path}\` ${v.problem}; expected a path below the file that uses it or below the library.`,
    explain:
      "A text means the same wherever its folder stands, so `use` reaches only what lies below it and the library. Paths are written with `/`, without `..` and without a leading `/`.",
  },
  "load/use-ending": {
    severity: "error",
    structural: true,
    message: (v: { path: string; expected: string }) =>
      `\`${v.path}\` names a notation; expected \`${v.expected}\`.`,
    explain:
      "`use` leaves the ending out in both notations, so that a text can be converted without touching its users.",
  },
  "load/cycle": {
    severity: "error",
    message: (v: { chain: readonly string[] }) =>
      `The files use each other in a circle: ${v.chain.map((file) => `\`${file}\``).join(" -> ")}.`,
    explain:
      "A file cannot use a file that uses it, directly or through others. Move what both need into a third.",
  },
});
