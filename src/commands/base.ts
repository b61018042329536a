/** What all commands share: how results, problems and our own bugs reach the user. */
import { Command, type Interfaces } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { RuntimeFault } from "../runtime/fault.ts";
import { CompilerBug, invariant } from "../support/invariant.ts";
import { fileOverride } from "../support/overrides.ts";
import { diagnosticsJson } from "./diagnostic-json.ts";
import { fileProblem } from "./file-problem.ts";

/** Ends a command whose input is wrong; caught in `catch` below and nowhere else. */
class Refusal extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super("refused");
    this.diagnostics = diagnostics;
  }
}

/** Messages printed; what is wrong throughout a data set would fill the screen many times. */
const mostShown = 100;

const exitCodes = { refused: 2, bug: 1 } as const;

export abstract class RcnnCommand extends Command {
  static override enableJsonFlag = true;

  protected override async init(): Promise<void> {
    await super.init();
    // Libraries greet on standard output, which `--json` keeps for the one document.
    if (this.jsonEnabled()) console.log = console.info = console.debug = console.error;
  }

  /** A line for the reader that is not the result: standard error. */
  protected note(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** The value of a stage. Shows its warnings; ends the command with exit code 2 where there are errors. */
  protected async take<T>({ value, diagnostics }: Result<T>): Promise<T> {
    invariant(value !== undefined || hasErrors(diagnostics), "nothing is given, and no error says why");
    if (value === undefined || hasErrors(diagnostics)) throw new Refusal(diagnostics);
    await this.show(diagnostics);
    return value;
  }

  /** What `--set-file` and `--set` say, as one list. */
  protected async overrides(flags: {
    readonly set: readonly string[];
    readonly "set-file": readonly string[];
  }): Promise<readonly string[]> {
    const files = flags["set-file"];
    if (files.length === 0) return flags.set;
    const { readText } = await import("./read-text.ts");
    const texts: string[] = [];
    for (const path of files) {
      const { name, text } = await this.take(await readText(path));
      texts.push(fileOverride(name, text));
    }
    return [...texts, ...flags.set];
  }

  /** Ends the command with exit code 2 and `diagnostic`. */
  protected refuse(diagnostic: Diagnostic): never {
    throw new Refusal([diagnostic]);
  }

  /** Shows what went wrong beside a result that stands, and makes it the exit code. */
  protected async admit(diagnostics: readonly Diagnostic[]): Promise<void> {
    await this.show(diagnostics);
    if (hasErrors(diagnostics)) process.exitCode = exitCodes.refused;
  }

  /** A command that has printed its document itself returns none. */
  override logJson(document: unknown): void {
    if (document === undefined) return;
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  protected override async catch(error: Interfaces.CommandError): Promise<never> {
    const diagnostics = await this.problemsOf(error);
    if (diagnostics === undefined) throw error;
    if (this.jsonEnabled()) this.logJson({ diagnostics: await diagnosticsJson(diagnostics) });
    else await this.show(diagnostics);
    const bug = diagnostics.some(({ code }) => code === "command/bug");
    if (bug) this.note(error.stack ?? String(error));
    this.exit(bug ? exitCodes.bug : exitCodes.refused);
  }

  /** Undefined for what oclif throws to end a command that went well, such as `--help`. */
  private async problemsOf(error: Interfaces.CommandError): Promise<readonly Diagnostic[] | undefined> {
    if (error instanceof Refusal) return error.diagnostics;
    if (error instanceof RuntimeFault) return [error.diagnostic];
    if (error instanceof CompilerBug)
      return [diagnose(commandCodes, "command/bug", { problem: error.message })];
    if ("code" in error && error.code === "EEXIT") return undefined;
    if (error.oclif) {
      const problem = `${withoutFrame(error.message)}.`;
      return [
        diagnose(commandCodes, "command/usage", { problem, command: this.id?.replaceAll(":", " ") ?? "" }),
      ];
    }
    return [fileProblem(error) ?? diagnose(commandCodes, "command/bug", { problem: error.message })];
  }

  private async show(diagnostics: readonly Diagnostic[]): Promise<void> {
    if (!diagnostics.length) return;
    const { render } = await import("../diagnostics/render.ts");
    // Honours NO_COLOR and FORCE_COLOR; absent where standard error is no terminal.
    const color = process.stderr.hasColors?.() ?? false;
    for (const diagnostic of diagnostics.slice(0, mostShown)) this.note(render(diagnostic, { color }));
    const more = diagnostics.length - mostShown;
    if (more > 0) this.note(`... and ${more} more; \`--json\` prints all of them.`);
  }
}

/** oclif's message without what it says around the problem. */
const withoutFrame = (message: string): string =>
  message
    .split("\n")
    .map((line) => line.trim().replace(/^Parsing (--\S+)$/, "$1:"))
    .filter((line) => line && !/^(See more help|The following error|Note: |Alternatively, )/.test(line))
    .join("; ")
    .replaceAll(":; ", ": ")
    .replace(/\.$/, "");
