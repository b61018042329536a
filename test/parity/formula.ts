/** Numbers by a hash of a name and an index, the same here and in test/oracles/torchvision_parity.py. */

/** `count` numbers of [-scale, scale) + shift, in single precision. */
export function formula(name: string, count: number, scale = 1, shift = 0): Float32Array {
  let start = 2166136261;
  for (const byte of new TextEncoder().encode(name)) start = Math.imul(start ^ byte, 16777619);
  return Float32Array.from({ length: count }, (_, index) => {
    let x = (Math.imul(index, 0x9e3779b1) + start) | 0;
    x ^= x >>> 16;
    x = Math.imul(x, 0x85ebca6b);
    x ^= x >>> 13;
    x = Math.imul(x, 0xc2b2ae35);
    x ^= x >>> 16;
    return shift + scale * ((x >>> 0) / 2 ** 31 - 1);
  });
}
