/** The storages that a pickle of torch names by `('storage', type, key, place, count)`. */
import type { NumberType } from "./number-types.ts";
import { storageTypes } from "./pickle-globals.ts";
import { type Pickled, type Refused, refused, textOf } from "./pickle-values.ts";

export interface StorageId {
  readonly dtype: NumberType;
  readonly key: string;
  readonly count: number;
}

export function storageId(id: Pickled): StorageId | Refused {
  const [kind, type, key, , count, view] =
    typeof id === "object" && id?.kind === "tuple" ? id.items : [undefined];
  const name = textOf(key);
  const named = typeof type === "object" && type?.kind === "global" ? storageTypes[type.name] : undefined;
  const isCount = typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
  if (textOf(kind) !== "storage" || !named || name === undefined || !isCount)
    return refused("a storage is not named by its type, key and length");
  if (view !== undefined && view !== null) return refused("a storage is a view of another");
  return { dtype: named, key: name, count };
}
