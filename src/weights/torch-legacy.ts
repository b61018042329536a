/** What `torch.save` wrote before version 1.6, as most published weights are: pickles, then the storages in a row. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { ByteFile } from "./byte-file.ts";
import { itemSizes } from "./number-types.ts";
import { weightRules } from "./pickle-globals.ts";
import { type Pickled, type Refused, refused, textOf } from "./pickle-values.ts";
import { tensorsOf } from "./state-dict.ts";
import { type StorageId, storageId } from "./torch-storages.ts";
import { unpickle } from "./unpickle.ts";
import type { WeightContent } from "./weight-file.ts";

/** A pickle of torch's magic number 0x1950a86a20f9469cfc6c. */
const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
/** The pickles stand before the numbers. */
const mostPickled = 64 * 2 ** 20;

export const isLegacyTorch = (head: Uint8Array): boolean =>
  magic.every((byte, index) => head[index] === byte);

export async function openLegacyTorch(file: ByteFile): Promise<Result<WeightContent>> {
  const head = await file.read(0, Math.min(file.size, mostPickled));
  const storages = createStorages(file);
  const rules = { ...weightRules(head.length), persistent: storages.named };
  const values: Pickled[] = [];
  let at = 0;
  // The magic number, the version, the system, the state, and the keys of the storages in their order.
  while (values.length < 5) {
    const { value, diagnostics } = unpickle(head, rules, file.name, at);
    if (!value) return { diagnostics };
    values.push(value.value);
    at = value.end;
  }
  const problem = await storages.place(values[4]!, at);
  if (problem) {
    const detail = { file: file.name, at, problem };
    return { diagnostics: [diagnose(weightsCodes, "weights/pickle", detail)] };
  }
  const { value: tensors, diagnostics } = tensorsOf(values[3]!, file.name);
  return tensors
    ? { value: { format: "torch (before 1.6)", tensors, metadata: {} }, diagnostics: [] }
    : { diagnostics };
}

/** The places of the storages are known only behind the pickle that names them. */
function createStorages(file: ByteFile) {
  const ids = new Map<string, StorageId>();
  const starts = new Map<string, number>();
  const named = (id: Pickled): Pickled | Refused => {
    const found = storageId(id);
    if ("kind" in found) return found;
    const { key, dtype, count } = found;
    const known = ids.get(key);
    if (known && (known.dtype !== dtype || known.count !== count))
      return refused(`storage \`${key}\` is named with two types or lengths`);
    ids.set(key, found);
    const read = (first: number, numbers: number) =>
      file.read(starts.get(key)! + first * itemSizes[dtype], numbers * itemSizes[dtype]);
    return { kind: "storage", storage: { dtype, count, read } };
  };
  /** Finds each storage from `begin` on; the problem in words, or nothing in them. */
  const place = async (keys: Pickled, begin: number): Promise<string> => {
    const list = typeof keys === "object" && keys?.kind === "list" ? keys.items.map(textOf) : [];
    let at = begin;
    for (const key of list) {
      const id = ids.get(key ?? "");
      if (!id || starts.has(id.key)) return "its list of storages is not that of its tensors";
      if (at + 8 > file.size) return "it is cut short";
      const count = Number(Buffer.from(await file.read(at, 8)).readBigInt64LE());
      if (count !== id.count) return `storage \`${key}\` has ${count} numbers; expected ${id.count}`;
      starts.set(id.key, at + 8);
      at += 8 + count * itemSizes[id.dtype];
      if (at > file.size) return "it is cut short";
    }
    return starts.size === ids.size ? "" : "some of its tensors have no storage";
  };
  return { named, place };
}
