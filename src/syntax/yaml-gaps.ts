/** YAML that cannot be read, read without the lines that keep it from being YAML. */
import type { CST, Document } from "yaml";

/** Attempts on a text, and the length up to which there is more than one: each reads all of it. */
const most = { attempts: 5, length: 20_000 };
/** A fault so few lines behind another most often follows from it. */
const near = 2;

export interface Fault {
  readonly message: string;
  readonly pos: readonly [number, number];
}

export interface Readable {
  readonly tokens: readonly CST.Token[];
  readonly documents: readonly Document.Parsed[];
  /** What is wrong, without what follows from it. */
  readonly faults: readonly Fault[];
  /** Whether the rest of the text is YAML. */
  readonly isReadable: boolean;
}

type Attempt = Pick<Readable, "tokens" | "documents">;

/** `attempt` is given the text with ever more lines blanked, each with those below it that stand further right. */
export function withoutFaults(
  text: string,
  attempt: (text: string) => Attempt | undefined,
): Readable | undefined {
  const faults: Fault[] = [];
  let [left, last] = [text, Number.NEGATIVE_INFINITY];
  for (let count = 1; ; count++) {
    const read = attempt(left);
    if (!read) return undefined;
    const fault = firstOf(read);
    if (!fault) return { ...read, faults, isReadable: true };
    const line = text.slice(0, fault.pos[0]).split("\n").length;
    if (line > last + near || line < last) faults.push(fault);
    const cut = without(left, Math.min(fault.pos[0], text.length));
    const isHopeless = count === most.attempts || text.length > most.length || cut.text === left;
    if (isHopeless) return { ...read, faults, isReadable: false };
    [left, last] = [cut.text, Math.max(line, cut.line)];
  }
}

function firstOf({ documents: [document] }: Attempt): Fault | undefined {
  const faults: readonly Fault[] = document ? [...document.errors, ...document.warnings] : [];
  return faults.reduce<Fault | undefined>(
    (first, fault) => (first && first.pos[0] <= fault.pos[0] ? first : fault),
    undefined,
  );
}

/** Offsets stay what they are. */
function without(text: string, at: number): { readonly text: string; readonly line: number } {
  const lines = text.split("\n");
  const index = text.slice(0, at).split("\n").length - 1;
  const indent = (line: string): number => /^ */.exec(line)![0].length;
  const isBelow = (line: string): boolean => line.trim() === "" || indent(line) > indent(lines[index]!);
  let end = index + 1;
  while (end < lines.length && isBelow(lines[end]!)) end++;
  const blank = (line: string): string => line.replace(/[^\r]/g, " ");
  return { text: lines.map((line, i) => (i >= index && i < end ? blank(line) : line)).join("\n"), line: end };
}
