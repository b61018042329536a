/** Places of a text as JSON pointers into its YAML form; in `.rcnn` down to the key that a value stands under. */
import type { Source, Span } from "../diagnostics/span.ts";
import type { Binding, Declaration, Entry, Module, Name, Parameter } from "./ast.ts";
import { pathText } from "./ast.ts";
import { contextOf } from "./context.ts";
import { isYaml, parse } from "./parse.ts";
import { readYaml, type YamlNode } from "./yaml-read.ts";

interface Place {
  readonly pointer: string;
  readonly start: number;
  readonly end: number;
  readonly inside: readonly Place[];
}

/** Gives the pointer of the innermost that holds a part of the text; a key counts as its value. */
export function pointersIn(source: Source): (span: Pick<Span, "start" | "end">) => string {
  const places = isYaml(source.name) ? yamlPlaces(source) : rcnnPlaces(source);
  return ({ start, end }) => {
    const innermost = (among: readonly Place[], around: string): string => {
      const found = among[lastBefore(among, start)];
      // The end of a text may be what is wrong with it.
      const isIn = found && end <= found.end && (start < found.end || start === end);
      return isIn ? innermost(found.inside, found.pointer) : around;
    };
    // What begins and ends before all else is said of the text.
    return end === 0 ? "" : innermost(places, "");
  };
}

/** Index of the last that begins at `offset` or before; -1 for none. */
function lastBefore(places: readonly Place[], offset: number): number {
  let [low, high] = [-1, places.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (places[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const below = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

const placed = (pointer: string, span: Span, inside: readonly Place[] = []): Place => ({
  pointer,
  start: span.start,
  end: span.end,
  inside: inside.filter((each, index) => each.start >= (inside[index - 1]?.end ?? span.start)),
});

/** None where the text is not to be trusted, or no YAML. What an alias stands for has its place at the anchor. */
function yamlPlaces(source: Source): readonly Place[] {
  const text = readYaml(contextOf(source, () => {}));
  const inside = (node: YamlNode, pointer: string): readonly Place[] => {
    if (node.kind === "scalar") return [];
    if (node.kind === "list")
      return node.items.map((item, index) => {
        const at = below(pointer, index);
        return placed(at, item.span, inside(item, at));
      });
    return node.entries.map(({ key, value }) => {
      const at = below(pointer, key.text);
      const end = Math.max(key.span.end, value.span.end);
      return placed(at, { ...key.span, end }, inside(value, at));
    });
  };
  return text ? inside(text.root, "") : [];
}

function rcnnPlaces(source: Source): readonly Place[] {
  const { value } = parse(source);
  if (!value) return [];
  const { uses, declarations } = value;
  return [
    ...uses.map((use, index) => placed(`/use/${index}`, use.span)),
    ...declarations.map((each) => entryPlace(each, "")),
  ];
}

function entryPlace(entry: Declaration | Entry, pointer: string): Place {
  const { span } = entry;
  switch (entry.kind) {
    case "setting":
      return placed(below(pointer, pathText(entry.path)), span);
    case "module":
      return modulePlace(entry, below(below(pointer, entry.form), entry.name.text));
    case "edit": {
      const at = below(pointer, entry.action);
      const changes = entry.action === "replace" || entry.action === "append";
      const whole = changes ? below(at, pathText(entry.path)) : at;
      return placed(
        whole,
        span,
        entry.block?.entries.map((each) => entryPlace(each, whole)),
      );
    }
    case "block": {
      const { keyword, label, type, on, extends: base } = entry;
      const named = below(pointer, keyword.text);
      const at = label ? below(named, label.text) : named;
      const heads = Object.entries({ type, on, extends: base }).flatMap(([key, part]) =>
        part ? placed(below(at, key), part.span) : [],
      );
      return placed(at, span, [...heads, ...entry.entries.map((each) => entryPlace(each, at))]);
    }
  }
}

function modulePlace({ parameters, on = [], results = [], body, span }: Module, at: string): Place {
  const inBody = below(at, "body");
  const named = (of: string, each: Parameter | Binding): Place =>
    placed(below(of, each.name.text), each.span);
  const listed = (key: string, names: readonly Name[]): readonly Place[] =>
    names.map((name, index) => placed(below(below(at, key), index), name.span));
  return placed(at, span, [
    ...parameters.map((each) => named(below(at, "parameters"), each)),
    ...listed("on", on),
    ...listed("results", results),
    placed(inBody, body.span, [
      ...body.bindings.map((each) => named(inBody, each)),
      ...(body.result ? [placed(below(inBody, "return"), body.result.span)] : []),
    ]),
  ]);
}
