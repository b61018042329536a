/** `docs/commands.md` from the commands themselves. */
import type { Command } from "@oclif/core";

type Flag = Command.Class["flags"][string];

/** The whole page; commands in the order of the list. */
export function commandsPage(commands: Readonly<Record<string, Command.Class>>): string {
  const sections = Object.entries(commands).map(([id, command]) => section(id.replaceAll(":", " "), command));
  return [
    "# Commands",
    "Written by `npm run docs` from `src/commands`. Every command takes `--json`, which prints one JSON document on standard output and nothing else there, and `--help`. Exit codes: 0 where all went well, 2 where the input is wrong, 1 for a mistake of rcnn itself.",
    ...sections,
  ].join("\n\n");
}

function section(name: string, command: Command.Class): string {
  const parts = [`## rcnn ${name}`, [command.summary, command.description].filter(Boolean).join(" ")];
  const args = Object.entries(command.args ?? {});
  const usage = args.map(
    ([arg]) => ` ${arg.toUpperCase()}${command.strict === false && arg === args.at(-1)?.[0] ? "..." : ""}`,
  );
  parts.push(`    rcnn ${name}${usage.join("")}`);
  const rows = [
    ...args.map(([arg, { description }]) => [arg.toUpperCase(), description ?? ""]),
    ...Object.entries(command.flags ?? {}).map(([flag, definition]) => [
      usageOf(flag, definition),
      textOf(definition),
    ]),
  ];
  if (rows.length)
    parts.push(
      ["| | |", "| --- | --- |", ...rows.map(([left, right]) => `| \`${left}\` | ${right} |`)].join("\n"),
    );
  const examples = (command.examples ?? []).map(
    (example) => `    ${String(example).replace("<%= config.bin %>", "rcnn")}`,
  );
  if (examples.length) parts.push(examples.length > 1 ? "Examples:" : "Example:", examples.join("\n"));
  return parts.join("\n\n");
}

function usageOf(name: string, flag: Flag): string {
  if (flag.type === "boolean") return `--${name}`;
  const value = flag.helpValue ?? flag.options?.join("\\|") ?? "N";
  return `--${name} ${value}`;
}

function textOf(flag: Flag): string {
  const { description = "", required } = flag;
  const fallback = flag.type === "option" && !Array.isArray(flag.default) ? flag.default : undefined;
  const notes = [
    ...(required ? ["required"] : []),
    ...(fallback !== undefined ? [`\`${fallback}\` unless given`] : []),
    ...(flag.type === "option" && flag.multiple ? ["may be given several times"] : []),
  ];
  return notes.length ? `${description} (${notes.join("; ")})` : description;
}
