/** Which errors of the operating system are about files that the user named. */
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "it lies on a file system that cannot be written",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "it exists already and is not a folder",
  ENOSPC: "no space is left",
  EMFILE: "too many files are open",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
};

const reading = new Set(["open", "read", "scandir", "stat", "lstat", "access"]);

/** Undefined where `error` is no such error. */
export function fileProblem(error: Error): Diagnostic | undefined {
  const { code, path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string };
  if (!code || !path || !Object.hasOwn(reasons, code)) return undefined;
  const writes = code === "EROFS" || code === "ENOSPC" || !reading.has(syscall ?? "");
  const values = { path: dest ?? path, action: writes ? "write" : "open", reason: reasons[code]! };
  return diagnose(commandCodes, "command/file", values);
}
