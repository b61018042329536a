/** Looking up a name that a text holds, which may be one that every object has: `constructor`, `__proto__`. */

export const own = <T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  table && Object.hasOwn(table, key) ? table[key] : undefined;
