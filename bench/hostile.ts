/** Hostile inputs, each made from a number: shipped texts cut, mixed and filled with what parsers choke on. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Hostile {
  readonly name: "m.rcnn" | "m.yaml";
  readonly text: string;
}

const root = join(import.meta.dirname, "..");

const textsIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(rcnn|yaml)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));

/** What inputs are made of; larger texts would only make them slower. */
export const corpus = (): readonly string[] =>
  [...textsIn("configs"), ...textsIn("test/syntax")].filter((text) => text.length < 5000);

/** What has broken parsers, readers of YAML, loaders and evaluators before. */
const nasty: readonly string[] = [
  "(".repeat(300),
  "[".repeat(300),
  "{".repeat(300),
  "- ".repeat(200),
  "not ".repeat(200),
  "if a { return ".repeat(90),
  "a -> ".repeat(500),
  "a.b[0]".repeat(90),
  "1 + ".repeat(300),
  "? ".repeat(100),
  "- - - - - - - -",
  "{".repeat(40) + "}".repeat(40),
  "1e999",
  "-1e309",
  "9".repeat(400),
  `${"9".repeat(400)}x${"9".repeat(400)}`,
  `${"9".repeat(400)}:1`,
  "0x7",
  "1e-400",
  "0/0",
  "1/0",
  "999999999999999999999px",
  "repeat 1e9 { return input -> relu }",
  "repeat 100000 { return input -> repeat 100000 { return input } }",
  "[0, 1, 2][1e9]",
  "[0][-1]",
  "{ a = 1 }.b",
  "a: &a [*a, *a]\n",
  "a: &x {b: *x}\n",
  "*x",
  "<<: *a",
  "!!js/function x",
  "!!binary x",
  "%YAML 9.9\n---\n",
  "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d]\n",
  'use "../../../../etc/passwd"\n',
  'use "/etc/passwd"\n',
  'use "\\\\server\\share"\n',
  'use "C:/x"\n',
  'use "m"\n',
  'use ""\n',
  'use "a\u0000b"\n',
  `use "${"a/".repeat(2000)}"\n`,
  "use: [m]\n",
  "use: [../m, /m, '']\n",
  'use "library/fpn"\n',
  'use "file:///etc/passwd"\n',
  'use "."\n',
  'use "./library/../m"\n',
  "\u0000",
  "\uFEFF",
  "\uFFFD",
  "\uD800",
  "\u2028",
  "\u202E",
  "\r",
  "\t",
  '"',
  "'",
  "\\",
  "#",
  "//",
  "///",
  "|",
  ">",
  "&",
  "*",
  "`",
  "@",
  "%",
  "\u00e9",
  "\u{1F600}",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "prototype",
  "__proto__ = 1\n",
  "constructor { }\n",
  "model __proto__ { }\n",
  "extends m",
  "model m extends m { }\n",
  "block b() { return input -> b }\n",
  "x = x\n",
  "x = y\ny = x\n",
  "network n() -> { a } { a = a }\n",
  "classes = 1e308\n",
  "classes = -1\n",
  "batch = 1e15images\n",
  "shortest = 1e9px\n",
  "sizes = []\n",
  "backbone = input\n",
  "replace backbone = none\n",
  "remove regions\n",
  "remove rpn.anchors\n",
  "insert relu after a.b.c\n",
  "append classes = 1\n",
  "on = 1\n",
  "head: { a: { type: x } }\n",
  "null",
  "~",
  "true",
  ".inf",
  ".nan",
];

/** A small generator of numbers in [0, 1): the same for the same seed everywhere (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function hostile(seed: number, texts: readonly string[]): Hostile {
  const random = numbers(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const one = (items: readonly string[]): string => items[below(items.length)]!;
  let text = random() < 0.05 ? "" : one(texts);
  for (let change = 1 + below(4); change > 0; change--)
    text = changed(
      text,
      below,
      () => one(nasty),
      () => one(texts),
    );
  return { name: random() < 0.5 ? "m.rcnn" : "m.yaml", text: text.slice(0, 20_000) };
}

function changed(
  text: string,
  below: (end: number) => number,
  poison: () => string,
  other: () => string,
): string {
  const [from, to] = [below(text.length + 1), below(text.length + 1)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  const near = Math.min(text.length, from + below(40));
  switch (below(9)) {
    case 0:
      return text.slice(0, from);
    case 1:
      return text.slice(from);
    case 2:
      return text.slice(0, from) + text.slice(near);
    case 3:
      return text.slice(0, to) + text.slice(from);
    case 4:
      return text.slice(0, from) + other().slice(below(200)) + text.slice(near);
    case 5:
      return swapped(text, below);
    default:
      return text.slice(0, from) + poison() + text.slice(near);
  }
}

/** Two lines in each other's place. */
function swapped(text: string, below: (end: number) => number): string {
  const lines = text.split("\n");
  const [one, two] = [below(lines.length), below(lines.length)];
  return lines
    .map((line, index) => lines[index === one ? two : index === two ? one : index] ?? line)
    .join("\n");
}
