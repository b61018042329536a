/** Codes of the compiler as a whole. */
import { defineCodes } from "../codes.ts";

export const compileCodes = defineCodes({
  "compile/unknown-pass": {
    severity: "error",
    message: ({ name, known }: { name: string; known: readonly string[] }) =>
      `No pass of this function is called \`${name}\`; there are ${known.map((each) => `\`${each}\``).join(", ")}.`,
    explain:
      "`rcnn inspect --ir --after PASS` prints the graph as it is after one pass. The passes of prediction and of training differ: `--function` chooses between them.",
  },
});
