/** A process that answers lines: peers that take turns are each one, so that the memory of one is not the other's. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Round {
  readonly seconds: number;
  /** Of all threads together. */
  readonly processorSeconds: number;
  readonly peakBytes: number;
  readonly positives?: number;
}

export interface Peer {
  /** What the process said of itself. */
  readonly first: Readonly<Record<string, number>>;
  round(): Promise<Round>;
  end(): Promise<void>;
}

/** Resolves when the process is ready; rejects where it ends before, with its own last words. */
export async function startPeer(command: string, args: readonly string[]): Promise<Peer> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args[0]} ended: ${complaint.trim().split("\n").at(-1)}`);
    return JSON.parse(value);
  };
  const first = await next();
  return {
    first,
    async round() {
      child.stdin.write("\n");
      return next();
    },
    async end() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}
