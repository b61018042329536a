/** Who says what weights were trained with: the file itself, what is known of a published file, or its mapping. */
import { createHash } from "node:crypto";
import { createJudge } from "../check/json-schema.ts";
import type { Json } from "../check/project.ts";
import type { Span } from "../diagnostics/span.ts";
import type { ByteFile } from "./byte-file.ts";
import type { Mapping } from "./mapping.ts";
import { trainedSchema } from "./mapping-schema.ts";
import { elementsOf, readTensor, type SourceTensor } from "./source-tensor.ts";
import type { Testimony } from "./trained-check.ts";
import { type TrainedWith, trainedKey } from "./trained-with.ts";
import type { WeightFile } from "./weight-file.ts";

/** In the order in which they count. */
export async function testimoniesFor(weights: WeightFile, mapping: Mapping): Promise<readonly Testimony[]> {
  const own = weights.metadata[trainedKey];
  const facts = own === undefined ? undefined : readFacts(own);
  const published = await publishedAs(weights.file, mapping);
  return [
    ...(own !== undefined && facts
      ? [{ facts, from: `the metadata of \`${weights.file.name}\``, span: whole(weights.file.name, own) }]
      : []),
    ...(published ? [published] : []),
    ...(await inTensors(weights, mapping)),
    {
      facts: mapping.trained,
      from: `the mapping \`${mapping.name}\``,
      span: spanOf(mapping.source, '"trained"'),
    },
  ];
}

/** The mean and the deviation of pixels as tensors of the file. */
async function inTensors(weights: WeightFile, { pixels, trained }: Mapping): Promise<readonly Testimony[]> {
  const [mean, deviation] = await Promise.all(
    [pixels?.mean, pixels?.deviation].map((name) => threeNumbers(weights.tensors.get(name ?? ""))),
  );
  if (!pixels || !mean || !deviation || !trained.input) return [];
  const { name } = weights.file;
  const span = whole(name, `${pixels.mean} = [${mean}], ${pixels.deviation} = [${deviation}]`);
  const facts = { input: { ...trained.input, mean, deviation } };
  return [{ facts, from: `the tensors \`${pixels.mean}\` and \`${pixels.deviation}\` of \`${name}\``, span }];
}

type Three = readonly [number, number, number];

async function threeNumbers(tensor: SourceTensor | undefined): Promise<Three | undefined> {
  if (!tensor || elementsOf(tensor.shape) !== 3) return undefined;
  const [a, b, c] = await readTensor(tensor);
  return [a!, b!, c!].every(Number.isFinite) ? [a!, b!, c!] : undefined;
}

/** What the metadata say; what does not meet the schema says nothing. */
function readFacts(text: string): TrainedWith | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return createJudge()(json as Json, trainedSchema).length === 0 ? (json as TrainedWith) : undefined;
  } catch {
    return undefined;
  }
}

const whole = (name: string, text: string): Span => ({ source: { name, text }, start: 0, end: text.length });

function spanOf(source: Mapping["source"], text: string): Span {
  const start = Math.max(0, source.text.indexOf(text));
  return { source, start, end: start + text.length };
}

/** A published file is known by its content, whatever it is called now. */
async function publishedAs(file: ByteFile, mapping: Mapping): Promise<Testimony | undefined> {
  if (Object.keys(mapping.published).length === 0) return undefined;
  const digits = (await sha256(file)).slice(0, 8);
  const facts = mapping.published[digits];
  if (!facts) return undefined;
  return {
    facts,
    from: `what the mapping \`${mapping.name}\` knows of \`${facts.file}\``,
    span: spanOf(mapping.source, `"${digits}"`),
  };
}

const part = 16 * 2 ** 20;

/** In hexadecimal digits. */
async function sha256(file: ByteFile): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < file.size; at += part)
    hash.update(await file.read(at, Math.min(part, file.size - at)));
  return hash.digest("hex");
}
