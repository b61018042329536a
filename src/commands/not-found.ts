/** What a command line says whose command is not there. */
import type { Hook } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { render } from "../diagnostics/render.ts";
import { nearestName } from "../support/suggest.ts";

export const notFound: Hook.CommandNotFound = async ({ id, config, context }) => {
  const near = nearestName(id, config.commandIDs)?.replaceAll(":", " ");
  const name = id.replaceAll(":", " ");
  process.stderr.write(`${render(diagnose(commandCodes, "command/unknown-command", { name, near }))}\n`);
  context.exit(2);
};
