/** Texts that are short and ask for much, and texts that are as long as texts may be: what doubles, nests, repeats. */
import type { Random } from "./random.ts";

const rows = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => row(index)).join("");

const model = (text: string): string =>
  `use "faster-rcnn-nuclei"\n${text}\nmodel m extends faster_rcnn_nuclei {\n`;

/** Each of a size between nothing and more than the compiler takes. */
const shapes: readonly ((count: number) => string)[] = [
  (n) => `${model(`c0 = 1\n${rows(n, (i) => `c${i + 1} = c${i} + c${i}\n`)}`)} classes = c${n} }`,
  (n) => `${model(`c0 = [1, 1]\n${rows(n, (i) => `c${i + 1} = [c${i}, c${i}]\n`)}`)} classes = c${n} }`,
  (n) =>
    `${model(`block n0() { return input -> relu }\n${rows(n, (i) => `block n${i + 1}() { return input -> n${i}() -> n${i}() }\n`)}`)} backbone = n${n}() }`,
  (n) =>
    `${model(`block n0() { return input -> relu }\n${rows(n, (i) => `block n${i + 1}() { a = input -> n${i}() b = input -> n${i}() return add(a, b) }\n`)}`)} backbone = n${n}() }`,
  (n) =>
    `${model("")} backbone = ${rows(n % 60, () => "repeat 10 { return input -> ")}relu${" }".repeat(n % 60)} }`,
  (n) => `${model("")} backbone = repeat ${2 ** (n % 80)} { return input -> conv(3x3, 8) } }`,
  (n) => `${model("")} rpn { anchors { ratios = [${rows(n, (i) => `${i + 1}:${n}, `)}1:1] } } }`,
  (n) => `${model("")} ${rows(n, (i) => `k${i} = ${i}\n`)} }`,
  (n) => `${model("")} ${rows(n, (i) => `remove k${i}\n`)} }`,
  (n) => `${model("")} ${rows(n, () => "append rpn.anchors.ratios = [1:1]\n")} }`,
  (n) => `${model("")} ${rows(n, () => "replace classes = 2\n")} }`,
  (n) => `${model("")} regions { ${rows(n, (i) => `head h${i}: regress { }\n`)} } }`,
  (n) => `${model(rows(n, (i) => `c${i} = ${i}\n`))} }`,
  (n) => `${model(rows(n, (i) => `block b${i}(a: integer = ${i}) { return input -> relu }\n`))} }`,
  (n) => `${rows(n, (i) => `model m${i + 1} extends m${i} { }\n`)}model m0 { }`,
  (n) => rows(n, (i) => `use "x${i}"\n`),
  (n) => rows(n, () => 'use "library/fpn"\n'),
  (n) => rows(n, (i) => `ablation a${i} { base = m case x { detect { keep = ${i} } } }\n`),
  (n) =>
    `use "mask-rcnn-nuclei"\nablation a { base = mask_rcnn_nuclei grid { ${rows(n % 9, () => `vary detect.keep { values = [${rows(n % 40, (i) => `${i}, `)}1] } `)} } }`,
  (n) => `a = ${"[".repeat(n)}${"]".repeat(n)}`,
  (n) => `a = 1${" + 1".repeat(n)}`,
  (n) => `a = b${" -> b".repeat(n)}`,
  (n) => `a = f(${rows(n, (i) => `a${i} = 1, `)}b)`,
  (n) => `a = { ${rows(n, (i) => `k${i} = 1 `)} }`,
  (n) => `a = "${"y".repeat(n * 10)}"`,
  (n) => `block b() { ${rows(n, (i) => `x${i + 1} = x${i} -> relu `)} return x${n} }`,
  (n) => `block b(${rows(n, (i) => `p${i}: ${i} | x = ${i}, `)}) { return input }`,
  (n) => "@ ".repeat(n),
  (n) => "a = = b\n".repeat(n),
  (n) => "} ".repeat(n),
];

const yamlShapes: readonly ((count: number) => string)[] = [
  (n) => `a: &a0 [x, x]\n${rows(n, (i) => `k${i}: &a${i + 1} [*a${i}, *a${i}]\n`)}`,
  (n) => rows(n, (i) => `k${i}: &a${i} 1\n`),
  (n) => rows(n, (i) => `k${i}: *a${i}\n`),
  (n) => `a: ${"[".repeat(n)}`,
  (n) => `a: ${"{a: ".repeat(n)}`,
  (n) => rows(Math.min(n, 400), (i) => `${" ".repeat(i)}a:\n`),
  (n) => `a:\n${"- 1\n".repeat(n)}`,
  (n) => `a: [${"1, ".repeat(n)}1]`,
  (n) => rows(n, (i) => `k${i}: "((("\n`),
  (n) => `model: { m: { ${rows(n, (i) => `k${i}: "1 + 2", `)} } }`,
  (n) => "? ".repeat(n),
  (n) => `a: "${"\\u0041".repeat(n)}"`,
  (n) => `a: >\n${" x\n".repeat(n)}`,
  (n) => "--- a\n".repeat(n),
];

export const grown = (name: "m.rcnn" | "m.yaml", random: Random): string =>
  random.one(name === "m.rcnn" ? shapes : yamlShapes)(sizeOf(random));

/** From 16 to some 16,000, mostly small: the largest texts are as large as any may be. */
const sizeOf = ({ below }: Random): number => Math.floor(2 ** (4 + (below(1000) / 1000) ** 4 * 10));
