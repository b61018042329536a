/** Pascal VOC XML, one file an image (VOC2012 development kit, "Object annotation"), to a data set. */
import { join } from "node:path";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import type { FileOptions, ReadDataset } from "./annotation-file.ts";
import { checkBox } from "./check-objects.ts";
import type { TruthObject } from "./dataset.ts";
import { lineOf, parseXml, type XmlElement } from "./xml.ts";

/** An object before its class has an index. */
interface NamedObject {
  readonly name: string;
  readonly element: XmlElement;
  readonly object: Omit<TruthObject, "category" | "id">;
}

interface VocImage {
  readonly element: XmlElement;
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly NamedObject[];
}

/** Categories come in the order of their names unless given; images get the ids 1, 2, ... in the order of `sources`. */
export function readVoc(sources: readonly Source[], options: FileOptions): Result<ReadDataset> {
  const diagnostics: Diagnostic[] = [];
  const files = sources.flatMap((source) => readFile(source, diagnostics) ?? []);
  const names = new Set(files.flatMap((file) => file.objects.map((object) => object.name)));
  const known = options.categories ?? [...names].sort();
  let count = 0;
  const images = files.map(({ element, fileName, width, height, objects }, index) => ({
    image: {
      id: index + 1,
      fileName,
      path: join(options.images, fileName),
      width,
      height,
      objects: objects.flatMap((named) => {
        const category = known.indexOf(named.name);
        if (category >= 0) return [{ ...named.object, id: ++count, category }];
        diagnostics.push(unknownCategory(named, known));
        return [];
      }),
    },
    place: place(element),
    where: { span: element.span },
  }));
  const categories = known.map((name, index) => ({ id: index + 1, name }));
  return { value: { categories, images }, diagnostics };
}

const place = ({ span, name }: XmlElement): string =>
  `\`${span.source.name}:${lineOf(span.source, span.start)}\`: \`<${name}>\``;

function unknownCategory({ name, element }: NamedObject, known: readonly string[]): Diagnostic {
  const values = { place: place(element), category: name, known };
  return diagnose(dataCodes, "data/unknown-category", values, { span: element.span });
}

function readFile(source: Source, diagnostics: Diagnostic[]): VocImage | undefined {
  const parsed = parseXml(source);
  diagnostics.push(...parsed.diagnostics);
  const element = parsed.value;
  if (!element) return undefined;
  const fileName = readText(element, "filename", diagnostics);
  const size = readChild(element, "size", diagnostics);
  const width = size && readSide(size, "width", diagnostics);
  const height = size && readSide(size, "height", diagnostics);
  if (fileName === undefined || width === undefined || height === undefined) return undefined;
  const objects = element.children
    .filter((child) => child.name === "object")
    .flatMap((child) => readObject(child, { width, height }, diagnostics) ?? []);
  return { element, fileName, width, height, objects };
}

function readObject(
  element: XmlElement,
  image: { readonly width: number; readonly height: number },
  diagnostics: Diagnostic[],
): NamedObject | undefined {
  const name = readText(element, "name", diagnostics);
  const bounds = readChild(element, "bndbox", diagnostics);
  if (!bounds) return undefined;
  const [xmin, ymin, xmax, ymax] = ["xmin", "ymin", "xmax", "ymax"].map((side) =>
    readNumber(bounds, side, diagnostics),
  );
  if (
    name === undefined ||
    xmin === undefined ||
    ymin === undefined ||
    xmax === undefined ||
    ymax === undefined
  ) {
    return undefined;
  }
  // Corners are pixels counted from 1, both within the box.
  const box = [xmin - 1, ymin - 1, xmax, ymax] as const;
  diagnostics.push(...checkBox(box, image, place(bounds), { span: bounds.span }));
  const area = (box[2] - box[0]) * (box[3] - box[1]);
  const difficult = element.children.find((child) => child.name === "difficult")?.text === "1";
  return { name, element, object: { box, area, crowd: false, difficult } };
}

function readChild(parent: XmlElement, name: string, diagnostics: Diagnostic[]): XmlElement | undefined {
  const child = parent.children.find((each) => each.name === name);
  if (!child) diagnostics.push(wrongValue(parent, "incomplete", `a \`<${name}>\` in it`));
  return child;
}

function readText(parent: XmlElement, name: string, diagnostics: Diagnostic[]): string | undefined {
  const child = readChild(parent, name, diagnostics);
  if (child?.text !== "") return child?.text;
  diagnostics.push(wrongValue(child, "empty", "a text"));
  return undefined;
}

function readNumber(parent: XmlElement, name: string, diagnostics: Diagnostic[]): number | undefined {
  const text = readText(parent, name, diagnostics);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  const child = parent.children.find((each) => each.name === name)!;
  diagnostics.push(wrongValue(child, `\`${text}\``, "a number"));
  return undefined;
}

function readSide(size: XmlElement, name: string, diagnostics: Diagnostic[]): number | undefined {
  const side = readNumber(size, name, diagnostics);
  if (side === undefined || (Number.isSafeInteger(side) && side > 0)) return side;
  const child = size.children.find((each) => each.name === name)!;
  diagnostics.push(wrongValue(child, `\`${child.text}\``, "an integer above 0"));
  return undefined;
}

function wrongValue(element: XmlElement, found: string, expected: string): Diagnostic {
  const values = { place: place(element), found, expected };
  return diagnose(dataCodes, "data/wrong-value", values, { span: element.span });
}
