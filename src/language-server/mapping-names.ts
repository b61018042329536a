/** Weight mappings name layers by patterns of their paths: what changes in a mapping where a name in paths does. */
import type { Source, Span } from "../diagnostics/span.ts";
import { fillTemplate, findNumbers, holesOf, type Numbers } from "../weights/template.ts";

/** A name that stands in paths of layers, and what it becomes. */
export interface PathName {
  readonly name: string;
  readonly newName: string;
  /** Of a map of the backbone, of a head, or of a layer or block below one of these. */
  readonly place: "map" | "head" | "use";
  /** Whether nothing else has the name in such a place: then no path keeps it. */
  readonly isOnly: boolean;
}

export interface MappingEdit {
  readonly span: Span;
  readonly text: string;
}

/**
 * A pattern that names nothing else is changed. One that finds other paths too stays, and the new name gets a pattern
 * beside it, with the numbers that the old one gave.
 */
export function mappingEdits(source: Source, renamed: PathName): readonly MappingEdit[] {
  return [...layerEdits(source, renamed), ...requiredEdits(source, renamed)];
}

/** Keys that are paths of layers, with what they stand for. */
const entry = /"((?:backbone|rpn|regions)\.[^"\\]*)"(\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\])/g;

function layerEdits(source: Source, renamed: PathName): readonly MappingEdit[] {
  return [...source.text.matchAll(entry)].flatMap((found): readonly MappingEdit[] => {
    const [whole, pattern, colon, value] = found as unknown as [string, string, string, string];
    return segmentsOf(pattern, renamed.place).flatMap(({ start, text }): readonly MappingEdit[] => {
      const numbers = findNumbers(text, renamed.name);
      if (!numbers) return [];
      if (renamed.isOnly && holesOf(text).length === 0)
        return [edit(source, found.index + 1 + start, text.length, renamed.newName)];
      const key = pattern.slice(0, start) + renamed.newName + pattern.slice(start + text.length);
      const written = `"${filled(key, numbers)}"${colon}${filled(value, numbers)}`;
      return [
        edit(source, found.index + whole.length, 0, `,${indentAt(source.text, found.index)}${written}`),
      ];
    });
  });
}

/** All of what a list requires must be there, so nothing is added to it. */
function requiredEdits(source: Source, { name, newName, place, isOnly }: PathName): readonly MappingEdit[] {
  const list = /"requires"\s*:\s*\[([^\]]*)\]/d.exec(source.text);
  if (!list || !isOnly) return [];
  const [from] = list.indices![1]!;
  return [...list[1]!.matchAll(/"([^"\\]*)"/g)].flatMap((found) =>
    segmentsOf(found[1]!, place)
      .filter(({ text }) => text === name)
      .map(({ start, text }) => edit(source, from + found.index + 1 + start, text.length, newName)),
  );
}

interface Segment {
  readonly start: number;
  readonly text: string;
}

/** Names in a path, without the numbers of repetitions behind them, that stand where such a name may. */
function segmentsOf(pattern: string, place: PathName["place"]): readonly Segment[] {
  const all = [...pattern.matchAll(/[^.]+/g)].map(({ 0: text, index }) => ({
    start: index,
    text: text.replace(/\[.*$/, ""),
  }));
  const root = all[0]!.text;
  switch (place) {
    case "map":
      return root === "backbone" ? all.slice(1, 2) : [];
    case "head":
      return root === "regions" ? all.slice(1, 2) : [];
    case "use":
      return all.slice(2);
  }
}

/** `text` with the numbers that are known; holes of others stay. */
const filled = (text: string, numbers: Numbers): string =>
  text.replaceAll(/\{[^{}]*\}/g, (hole) =>
    holesOf(hole).some((name) => Object.hasOwn(numbers, name)) ? fillTemplate(hole, numbers) : hole,
  );

const edit = (source: Source, start: number, length: number, text: string): MappingEdit => ({
  span: { source, start, end: start + length },
  text,
});

/** A line that is indented as the one at `offset`, or a space where others stand before it. */
function indentAt(text: string, offset: number): string {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^\s*$/.test(before) ? `\n${before}` : " ";
}
