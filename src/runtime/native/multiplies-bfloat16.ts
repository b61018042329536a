/** Whether this processor has instructions that multiply bfloat16 numbers. */
import { readFile } from "node:fs/promises";

/** As Linux names them: AVX-512 and AMX on x86-64, and those of arm64. */
const features = /\b(avx512_bf16|amx_bf16|bf16|svebf16)\b/;

/** `text` is that of `/proc/cpuinfo`. */
export const namesBfloat16 = (text: string): boolean => features.test(text);

export const multipliesBfloat16 = async (): Promise<boolean> =>
  namesBfloat16(await readFile("/proc/cpuinfo", "utf8").catch(() => ""));
