/** The other end of a peer: says once what it is, then does one round for each line that it reads. */
import { createInterface } from "node:readline";

/** Ends with the input. Each round is printed as one line of JSON with its seconds and the process's peak memory. */
export async function answerLines(
  first: Readonly<Record<string, unknown>>,
  round: () => Promise<Readonly<Record<string, unknown>>>,
): Promise<void> {
  console.log(JSON.stringify(first));
  for await (const _ of createInterface({ input: process.stdin })) {
    const used = process.cpuUsage();
    const began = performance.now();
    const result = await round();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(used);
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    console.log(JSON.stringify({ seconds, processorSeconds: (user + system) / 1e6, peakBytes, ...result }));
  }
}
