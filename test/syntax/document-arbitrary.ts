/** Arbitrary documents: every kind of declaration, with blocks where the vocabulary has them. */
import fc from "fast-check";
import type {
  Block,
  Declaration,
  Document,
  Edit,
  Entry,
  Expression,
  Module,
  Name,
  Setting,
} from "../../src/syntax/ast.ts";
import { type Vocabulary, vocabulary } from "../../src/syntax/vocabulary.ts";
import { body, expression, name, named, nameText, span, text } from "./expression-arbitrary.ts";

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Documentation has lines without white space at their ends. */
const documentation = optional(
  fc.array(text, { maxLength: 3, minLength: 1 }).map((lines) =>
    lines
      .join("\n")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd(),
  ),
);

/** Keys of settings: those that YAML keeps for the head of a block are left out. */
const settingKey = (known: Vocabulary): fc.Arbitrary<readonly Name[]> =>
  fc
    .tuple(
      nameText,
      fc.array(fc.oneof(nameText, fc.constant("[0]")), { maxLength: 2 }),
      optional(fc.constant("2")),
    )
    .map(([first, rest, last]) => [first, ...rest, ...(last ? [last] : [])].map(named))
    .filter(([first]) => !known.blocks?.[first!.text] && !known.texts?.includes(first!.text));

function setting(known: Vocabulary): fc.Arbitrary<Setting> {
  const made = fc.tuple(settingKey(known), expression);
  const layers = (known.layers ?? []).map((key) => fc.tuple(fc.constant([named(key)]), expression));
  const texts = (known.texts ?? []).map((key) =>
    fc.tuple(
      fc.constant([named(key)]),
      text.map((value): Expression => ({ kind: "text", value, span })),
    ),
  );
  return fc.oneof(made, ...layers, ...texts).map(([path, value]) => ({ kind: "setting", path, value, span }));
}

const pathName = fc
  .tuple(
    name,
    fc.array(fc.oneof(name, fc.constant(named("[1]"))), { maxLength: 2 }),
    optional(fc.constant(named("2"))),
  )
  .map(([first, rest, last]) => [first, ...rest, ...(last ? [last] : [])]);

function edit(known: Vocabulary, depth: number): fc.Arbitrary<Edit> {
  const changed = fc
    .tuple(fc.constantFrom("replace" as const, "append" as const), pathName, expression)
    .filter(([, path]) => !known.blocks?.[path[0]!.text])
    .map(([action, path, value]): Edit => ({ kind: "edit", action, path, value, span }));
  const inserted = fc
    .tuple(pathName, expression, fc.constantFrom("before" as const, "after" as const))
    .map(([path, value, side]): Edit => ({ kind: "edit", action: "insert", path, value, side, span }));
  const removed = pathName.map((path): Edit => ({ kind: "edit", action: "remove", path, span }));
  const keys = Object.keys(known.blocks ?? {});
  if (keys.length === 0 || depth <= 0) return fc.oneof(changed, inserted, removed);
  const replaced = fc.constantFrom(...keys).chain((key) =>
    block(key, known, depth - 1, name).map((each): Edit => {
      const { documentation: _, ...own } = each;
      return { kind: "edit", action: "replace", path: [each.keyword], block: own, span };
    }),
  );
  return fc.oneof(changed, inserted, removed, replaced);
}

const keyOf = (entry: Entry): string =>
  entry.kind === "setting"
    ? entry.path.map((part) => part.text).join(".")
    : entry.kind === "block"
      ? `${entry.keyword.text} ${entry.label?.text}`
      : `edit ${entry.action} ${entry.path.map((part) => part.text).join(".")}`;

/** Edits stand last, so that YAML does not move them. */
function entries(known: Vocabulary, depth: number): fc.Arbitrary<readonly Entry[]> {
  const keys = depth > 0 ? Object.keys(known.blocks ?? {}) : [];
  const blocks =
    keys.length > 0 ? [fc.constantFrom(...keys).chain((key) => block(key, known, depth - 1))] : [];
  const all = fc.tuple(
    fc.array(fc.oneof(setting(known), ...blocks), { maxLength: 3 }),
    fc.array(edit(known, depth), { maxLength: 2 }),
  );
  return all.map(([first, edits]) => {
    const seen = new Set<string>();
    return [...first, ...edits].filter((entry) => {
      const isNew = !seen.has(keyOf(entry));
      seen.add(keyOf(entry));
      return isNew;
    });
  });
}

const label = fc.oneof(name, fc.constantFrom("a b", "a.b[0]", "", "if", "2").map(named));

function block(
  key: string,
  known: Vocabulary,
  depth: number,
  labels: fc.Arbitrary<Name> = label,
): fc.Arbitrary<Block> {
  const inside = known.blocks![key]!;
  const isLabelled = known.labelled?.includes(key) ?? false;
  const headOf = <T>(head: "type" | "on" | "extends", value: fc.Arbitrary<T>) =>
    inside.heads?.includes(head) ? optional(value) : fc.constant(undefined);
  return fc
    .record({
      label: isLabelled ? labels : fc.constant(undefined),
      type: headOf("type", name),
      on: headOf("on", expression),
      extends: headOf("extends", name),
      entries: entries(inside, depth),
      documentation,
    })
    .map((parts): Block => ({ kind: "block", keyword: named(key), ...given(parts), span }));
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;

const type = fc.oneof(
  expression,
  fc
    .array(expression, { minLength: 2, maxLength: 3 })
    .map((options): Expression => ({ kind: "choice", options, span })),
);

const names = fc.uniqueArray(name, { maxLength: 3, selector: ({ text: own }) => own });

const module: fc.Arbitrary<Module> = fc
  .record({
    form: fc.constantFrom("network" as const, "block" as const),
    name,
    parameters: fc.uniqueArray(
      fc.tuple(name, type, optional(expression)).map(([own, kind, otherwise]) => ({
        name: own,
        type: kind,
        ...(otherwise && { default: otherwise }),
        span,
      })),
      { maxLength: 3, selector: ({ name: own }) => own.text },
    ),
    on: optional(names),
    results: optional(names),
    body,
    documentation,
  })
  .map((parts): Module => ({ kind: "module", ...given(parts), span }));

const topBlock = fc
  .constantFrom(...Object.keys(vocabulary.blocks!))
  .chain((key) => block(key, vocabulary, 3));

const declarations: fc.Arbitrary<readonly Declaration[]> = fc
  .array(fc.oneof(setting(vocabulary), topBlock, module), { maxLength: 3 })
  .map((all) => {
    const key = (each: Declaration): string =>
      each.kind === "module" ? `module ${each.name.text}` : keyOf(each);
    return all.filter((each, index) => all.findIndex((other) => key(other) === key(each)) === index);
  });

export const document: fc.Arbitrary<Document> = fc
  .tuple(fc.array(text, { maxLength: 2 }), declarations)
  .map(([uses, all]) => ({
    kind: "document",
    source: span.source,
    uses: uses.map((path) => ({ kind: "use", path, span })),
    declarations: all,
    comments: [],
  }));
