/** XML as a tree of elements with their places; entities that a file defines are never expanded. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";

export interface XmlElement {
  readonly name: string;
  /** Its own text without that of its children, trimmed. */
  readonly text: string;
  readonly children: readonly XmlElement[];
  readonly span: Span;
}

/** What the parser gives where order is kept: one key, the element's name or `#text`. */
type ParsedNode = Readonly<Record<string | symbol, unknown>>;

const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The root element of a file. Error: `data/invalid-xml`. */
export function parseXml(source: Source): Result<XmlElement> {
  const failed = (reason: string, start: number): Result<XmlElement> => {
    const line = lineOf(source, start);
    const span = { source, start, end: start };
    return {
      diagnostics: [diagnose(dataCodes, "data/invalid-xml", { path: source.name, line, reason }, { span })],
    };
  };
  const verdict = XMLValidator.validate(source.text);
  if (verdict !== true)
    return failed(verdict.err.msg, offsetOf(source.text, verdict.err.line, verdict.err.col));
  const parser = new XMLParser({
    preserveOrder: true,
    captureMetaData: true,
    processEntities: false,
    parseTagValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
  });
  try {
    const nodes = parser.parse(source.text) as readonly ParsedNode[];
    const root = nodes.map((node) => toElement(node, source)).find((element) => element !== undefined);
    return root ? { value: root, diagnostics: [] } : failed("It has no element.", 0);
  } catch (error) {
    return failed((error as Error).message, 0);
  }
}

function toElement(node: ParsedNode, source: Source): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== "#text" && key !== ":@");
  if (name === undefined) return undefined;
  const content = node[name] as readonly ParsedNode[];
  const place = node[XMLParser.getMetaDataSymbol() as symbol] as { startIndex: number; endIndex?: number };
  const text = content.map((child) => (typeof child["#text"] === "string" ? child["#text"] : "")).join("");
  return {
    name,
    text: text.trim().replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => PREDEFINED[entity]!),
    children: content.flatMap((child) => toElement(child, source) ?? []),
    span: {
      source,
      start: place.startIndex,
      end: Math.min((place.endIndex ?? place.startIndex) + 1, source.text.length),
    },
  };
}

function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n").slice(0, line - 1);
  const start = lines.reduce((sum, each) => sum + each.length + 1, 0);
  // The validator does not always know a column.
  return Math.min(text.length, start + (Number.isFinite(column) ? column - 1 : 0));
}

/** Counted from 1. */
export function lineOf(source: Source, offset: number): number {
  return source.text.slice(0, offset).split("\n").length;
}
