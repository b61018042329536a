/** Runs one external tool to its end and keeps its last words. */
import { spawn } from "node:child_process";

export interface ToolOutcome {
  /** Undefined where the tool could not be started at all. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

export function runTool(
  command: string,
  parameters: readonly string[],
  options: ToolOptions = {},
): Promise<ToolOutcome> {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.environment },
      ...(options.directory && { cwd: options.directory }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", (error) => resolve({ code: undefined, stdout, stderr: error.message }));
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, stdout, stderr: signal ? `${stderr}\nended by ${signal}` : stderr }),
    );
  });
}

/** The lines that say what went wrong: those with the word "error", else the last one. */
export function lastWords(outcome: ToolOutcome): string {
  const lines = `${outcome.stdout}\n${outcome.stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  return (
    (errors.length > 0 ? errors : lines)
      .slice(errors.length > 0 ? 0 : -1)
      .slice(0, 3)
      .join(" | ")
      .slice(0, 600) || "it gave no message"
  );
}
