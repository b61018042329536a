/** Reads the text that `printGraph` writes. */

import { irCodes } from "../diagnostics/codes/ir.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { type Source, type Span, spanning } from "../diagnostics/span.ts";
import { scan, type Token, type TokenKind } from "./scan.ts";
import type {
  Attribute,
  Attributes,
  DType,
  Graph,
  GraphInput,
  GraphParameter,
  Node,
  ParameterInitializer,
  TensorType,
  Update,
  Value,
  ValueId,
} from "./types.ts";

/** What ends the reading; caught by `readGraph`. */
class Refusal extends Error {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

/**
 * Nodes get the place of their line as origin. Stops at the first error. Types are taken as written: `verify` in
 * `ops` holds them against the ops.
 */
export function readGraph(source: Source): Result<Graph> {
  try {
    return { value: createReader(source).graph(), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { diagnostics: [error.diagnostic] };
  }
}

type Cursor = ReturnType<typeof createCursor>;

function createCursor(source: Source) {
  const tokens = scan(source);
  let at = 0;
  const refuse = (expected: string): never => {
    const { kind, text, span } = tokens[at]!;
    const found = kind === "end" ? "the end of the text" : `\`${text}\``;
    throw new Refusal(diagnose(irCodes, "ir/syntax", { found, expected }, { span }));
  };
  const is = (mark: string): boolean => tokens[at]!.kind === "mark" && tokens[at]!.text === mark;
  const take = (kind: TokenKind, expected: string): Token => {
    if (tokens[at]!.kind !== kind) refuse(expected);
    return tokens[at++]!;
  };
  const skip = (mark: string): void => {
    if (!is(mark)) refuse(`\`${mark}\``);
    at++;
  };
  /** Items between marks, with commas between them. */
  const list = <T>(open: string, close: string, item: () => T): T[] => {
    const items: T[] = [];
    skip(open);
    while (!is(close)) {
      if (items.length > 0) skip(",");
      items.push(item());
    }
    skip(close);
    return items;
  };
  return { peek: () => tokens[at]!, last: () => tokens[at - 1]!, refuse, is, take, skip, list };
}

function createReader(source: Source) {
  const cursor = createCursor(source);
  const values = new Map<string, Value>();
  const draft = {
    inputs: [] as GraphInput[],
    parameters: [] as GraphParameter[],
    nodes: [] as Node[],
    outputs: [] as Graph["outputs"][number][],
    updates: [] as Update[],
  };

  const define = (token: Token, type: TensorType): Value => {
    if (values.has(token.text)) {
      throw new Refusal(
        diagnose(irCodes, "ir/defined-twice", { value: `%${token.text}` }, { span: token.span }),
      );
    }
    const value = { id: values.size as ValueId, type };
    values.set(token.text, value);
    return value;
  };
  const use = (): Value => {
    const token = cursor.take("value", "a value such as `%3`");
    const value = values.get(token.text);
    if (value) return value;
    throw new Refusal(
      diagnose(irCodes, "ir/undefined-value", { value: `%${token.text}` }, { span: token.span }),
    );
  };
  const definition = (): [Token, Value] => {
    const token = cursor.take("value", "a value such as `%3`");
    cursor.skip(":");
    return [token, define(token, readType(cursor))];
  };
  const origin = (start: Span) => ({
    kind: "source" as const,
    path: source.name,
    span: spanning(start, cursor.last().span),
  });

  const readInput = () => {
    const [token, value] = definition();
    draft.inputs.push({
      name: bare(token.text),
      value,
      summary: cursor.take("text", "a summary in quotes").text,
    });
  };
  const readParameter = (start: Span) => {
    const [token, value] = definition();
    const role = oneOf(cursor, ["weight", "statistic", "frozen", "slot"] as const);
    const initializer = readInitializer(cursor);
    draft.parameters.push({ name: bare(token.text), role, value, initializer, origin: origin(start) });
  };
  const readOutput = () => {
    const name = readName(cursor);
    cursor.skip(":");
    draft.outputs.push({ name, value: use(), summary: cursor.take("text", "a summary in quotes").text });
  };
  const readUpdate = () => {
    const parameter = readName(cursor);
    cursor.skip(":");
    draft.updates.push({ parameter, value: use() });
  };
  const readNode = (start: Span) => {
    const declared: [Token, TensorType][] = [];
    do {
      if (declared.length > 0) cursor.skip(",");
      const token = cursor.take("value", "`input`, `parameter`, `output`, `update`, a node or `}`");
      cursor.skip(":");
      declared.push([token, readType(cursor)]);
    } while (cursor.is(","));
    cursor.skip("=");
    const op = cursor.take("name", "the name of an op").text;
    const inputs = cursor.list("(", ")", use);
    const attributes = cursor.is("{") ? readAttributes(cursor) : {};
    const outputs = declared.map(([token, type]) => define(token, type));
    draft.nodes.push({ op, inputs, attributes, outputs, origin: origin(start) });
  };
  const readLine = () => {
    const { kind, text, span } = cursor.peek();
    const readers: Record<string, (start: Span) => void> = {
      input: readInput,
      parameter: readParameter,
      output: readOutput,
      update: readUpdate,
    };
    const read = kind === "name" && Object.hasOwn(readers, text) ? readers[text]! : undefined;
    if (read) cursor.take("name", "");
    (read ?? readNode)(span);
  };

  const graph = (): Graph => {
    oneOf(cursor, ["graph"] as const);
    const name = readName(cursor);
    cursor.skip("{");
    while (!cursor.is("}")) readLine();
    cursor.skip("}");
    cursor.take("end", "the end of the text");
    return { name, ...draft };
  };
  return { graph };
}

/** A quoted name keeps its opening quote in the scan, so that it differs from a number. */
const bare = (text: string): string => (text.startsWith('"') ? text.slice(1) : text);

function readName(cursor: Cursor): string {
  return cursor.peek().kind === "text" ? cursor.take("text", "").text : cursor.take("name", "a name").text;
}

function oneOf<T extends string>(cursor: Cursor, words: readonly T[]): T {
  const expected = words.map((word) => `\`${word}\``).join(", ");
  const { kind, text } = cursor.peek();
  if (kind !== "name" || !words.includes(text as T)) cursor.refuse(expected);
  return cursor.take("name", expected).text as T;
}

function readType(cursor: Cursor): TensorType {
  const dtype: DType = oneOf(cursor, ["f32", "i32", "bool"] as const);
  return { dtype, shape: cursor.list("[", "]", () => readNumber(cursor)) };
}

function readNumber(cursor: Cursor): number {
  const { text } = cursor.take("number", "a number");
  if (text === "nan") return Number.NaN;
  if (text.endsWith("inf")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function readInitializer(cursor: Cursor): ParameterInitializer {
  const kind = oneOf(cursor, ["constant", "normal", "truncatedNormal", "uniform", "bilinear"] as const);
  cursor.skip("(");
  const number = readNumber(cursor);
  cursor.skip(")");
  switch (kind) {
    case "constant":
      return { kind, value: number };
    case "normal":
    case "truncatedNormal":
      return { kind, deviation: number };
    case "uniform":
      return { kind, bound: number };
    case "bilinear":
      return { kind, groups: number };
  }
}

function readAttributes(cursor: Cursor): Attributes {
  return Object.fromEntries(
    cursor.list("{", "}", () => {
      const { text } = cursor.take("name", "the name of an attribute");
      cursor.skip(":");
      return [text, readAttribute(cursor)] as const;
    }),
  );
}

function readAttribute(cursor: Cursor): Attribute {
  const { kind, text } = cursor.peek();
  if (kind === "text") return cursor.take("text", "").text;
  if (kind === "number") return readNumber(cursor);
  if (cursor.is("[")) return cursor.list("[", "]", () => readAttribute(cursor)) as readonly number[];
  if (kind === "name" && (text === "true" || text === "false"))
    return cursor.take("name", "").text === "true";
  return readArray(cursor);
}

const arrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** `i32(1, 2)`, or the bytes of a long one as `i32("base64")`. */
function readArray(cursor: Cursor): Float32Array | Int32Array | Uint8Array {
  const kind = oneOf(cursor, ["f32", "i32", "bool"] as const);
  const entries = cursor.list("(", ")", () =>
    cursor.peek().kind === "text" ? cursor.take("text", "").text : readNumber(cursor),
  );
  const [first] = entries;
  if (typeof first !== "string") return arrays[kind].from(entries as number[]);
  const bytes = Uint8Array.from(Buffer.from(first, "base64"));
  if (bytes.length % arrays[kind].BYTES_PER_ELEMENT !== 0) cursor.refuse("a whole count of elements");
  return new arrays[kind](bytes.buffer);
}
