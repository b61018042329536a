/** What the instructions of this processor are good for, by Linux's own list. */
import { readFile } from "node:fs/promises";

/** Names in `/proc/cpuinfo`: AVX-512 and AMX on x86-64, and those of arm64. */
const namesOf = {
  /** Products of bfloat16 numbers. */
  bfloat16: /\b(avx512_bf16|amx_bf16|bf16|svebf16)\b/,
  /** The kernels that are compiled with the native back end. */
  kernels: /\bavx512f\b/,
} as const;

export type Ability = keyof typeof namesOf;

/** `text` is that of `/proc/cpuinfo`. */
export const namesAbility = (text: string, ability: Ability): boolean => namesOf[ability].test(text);

export const processorCan = async (ability: Ability): Promise<boolean> =>
  namesAbility(await readFile("/proc/cpuinfo", "utf8").catch(() => ""), ability);
