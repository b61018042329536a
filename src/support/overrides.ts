/** Overrides from outside as plain texts, so that runs and sweeps keep them: `path=value`, or a whole file of changes. */

/** The file `name` with `text` as one override. */
export const fileOverride = (name: string, text: string): string => `@${name}\n${text}`;

/** One value that the flag `flag` sets, so that messages show it by that name. */
export const flagOverride = (flag: string, text: string): string => `${flag}\n${text}`;

/** Names and texts of overrides; those that are neither a file nor of a flag are called `--set[0]`, `--set[1]`, ... */
export function readOverrides(
  overrides: readonly string[],
): readonly { readonly name: string; readonly text: string; readonly isFile: boolean }[] {
  let count = 0;
  return overrides.map((override) => {
    const isFile = /^@.*\n/.test(override);
    const flag = /^(--[a-z]+)\n/.exec(override)?.[1];
    if (flag) return { name: flag, text: override.slice(flag.length + 1), isFile };
    if (!isFile) return { name: `--set[${count++}]`, text: override, isFile };
    const end = override.indexOf("\n");
    return { name: override.slice(1, end), text: override.slice(end + 1), isFile };
  });
}
