/** `docs/reference/ablation.md`: what an ablation may hold, from the part of the schema that is about it. */
import { ablationSchemas } from "../../src/check/ablation-schema.ts";
import { code, markdownTable } from "./plain-text.ts";

interface Definition {
  readonly description: string;
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

const titles: Readonly<Record<string, string>> = {
  ablation: "ablation NAME",
  ablationVary: "vary PATH",
  ablationCombination: "grid, zip, union",
  ablationPublished: "published",
};

export function ablationPage(): string {
  const sections = Object.entries(ablationSchemas as Readonly<Record<string, Definition>>).map(
    ([name, { description, properties = {} }]) => {
      const rows = Object.entries(properties).map(([key, { description: text = "" }]) => [code(key), text]);
      const table = rows.length > 0 ? [markdownTable(["key or block", "what it is"], rows)] : [];
      return [`## ${titles[name] ?? name}`, description, ...table].join("\n\n");
    },
  );
  return [
    "# Ablations",
    "Written by `npm run docs` from `src/check/ablation-schema.ts`. [The tour](../language.md#ablations) shows them at work; `rcnn sweep` runs them and `rcnn table` prints what they gave.",
    ...sections,
  ].join("\n\n");
}
