/** The zip that `torch.save` writes: `NAME/data.pkl` and one file a storage, none of them compressed. */
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { ByteFile } from "./byte-file.ts";
import { itemSizes } from "./number-types.ts";
import { weightRules } from "./pickle-globals.ts";
import { type Pickled, type Refused, refused } from "./pickle-values.ts";
import type { Storage } from "./source-tensor.ts";
import { tensorsOf } from "./state-dict.ts";
import { storageId } from "./torch-storages.ts";
import { unpickle } from "./unpickle.ts";
import type { WeightContent } from "./weight-file.ts";

const limits = { entries: 100_000, pickle: 64 * 2 ** 20 } as const;

/** Where the bytes of an entry lie in the file. */
interface Place {
  readonly start: number;
  readonly size: number;
}

export async function openTorchZip(file: ByteFile): Promise<Result<WeightContent>> {
  const broken = (problem: string) => ({
    diagnostics: [diagnose(weightsCodes, "weights/zip", { file: file.name, problem })],
  });
  const places = await readPlaces(file);
  if (typeof places === "string") return broken(places);
  const pickle = [...places.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  const place = pickle === undefined ? undefined : places.get(pickle);
  if (pickle === undefined || !place) return broken("it has no `data.pkl`, which `torch.save` writes");
  if (place.size > limits.pickle)
    return broken(`its \`data.pkl\` has ${place.size} bytes; expected at most ${limits.pickle}`);
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = places.get(`${folder}byteorder`);
  if (order && order.size < 16 && Buffer.from(await file.read(order.start, order.size)).toString() === "big")
    return broken("its numbers are big-endian");
  const rules = {
    ...weightRules(place.size),
    persistent: (id: Pickled) => storageAt(id, (key) => places.get(`${folder}data/${key}`), file),
  };
  const { value: read, diagnostics } = unpickle(await file.read(place.start, place.size), rules, file.name);
  if (!read) return { diagnostics };
  const { value: tensors, diagnostics: found } = tensorsOf(read.value, file.name);
  return tensors
    ? { value: { format: "torch (zip)", tensors, metadata: {} }, diagnostics: [] }
    : { diagnostics: found };
}

function storageAt(
  id: Pickled,
  placeOf: (key: string) => Place | undefined,
  file: ByteFile,
): Pickled | Refused {
  const named = storageId(id);
  if ("kind" in named) return named;
  const { dtype, key, count } = named;
  const place = placeOf(key);
  const size = itemSizes[dtype];
  if (!place) return refused(`storage \`${key}\` is not in the zip`);
  if (place.size !== count * size)
    return refused(
      `storage \`${key}\` of ${count} numbers has ${place.size} bytes; expected ${count * size}`,
    );
  const storage: Storage = {
    dtype,
    count,
    read: (first, numbers) => file.read(place.start + first * size, numbers * size),
  };
  return { kind: "storage", storage };
}

/** Gives yauzl the parts of the file that it asks for. */
class PartReader extends RandomAccessReader {
  readonly #file: ByteFile;
  constructor(file: ByteFile) {
    super();
    this.#file = file;
  }
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const isWithin = position >= 0 && position + length <= this.#file.size;
    if (!isWithin) callback(new Error("it is cut short"));
    else
      this.#file.read(position, length).then((bytes) => {
        buffer.set(bytes, offset);
        callback(null);
      }, callback);
  }
  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}

/** The entries by name, or what is wrong. yauzl refuses names that lead out of a folder, and sizes that do not agree. */
async function readPlaces(file: ByteFile): Promise<ReadonlyMap<string, Place> | string> {
  const places = new Map<string, Place>();
  try {
    const zip = await fromRandomAccessReaderPromise(new PartReader(file), file.size, { autoClose: false });
    if (zip.entryCount > limits.entries) return `it has ${zip.entryCount} entries`;
    for await (const entry of zip.eachEntry()) {
      const place = await placeOf(zip, entry, file);
      if (typeof place === "string") return place;
      if (places.has(entry.fileName)) return `\`${entry.fileName}\` is in it twice`;
      places.set(entry.fileName, place);
    }
    return places;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function placeOf(zip: ZipFile, entry: Entry, file: ByteFile): Promise<Place | string> {
  if (entry.compressionMethod !== 0 || entry.isEncrypted())
    return `\`${entry.fileName}\` is compressed or encrypted; \`torch.save\` writes neither`;
  const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const size = entry.uncompressedSize;
  if (start + size > file.size) return `\`${entry.fileName}\` reaches beyond the end of the file`;
  return { start, size };
}
