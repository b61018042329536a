/** A JSON list written item by item, so that it need not fit into memory. */
import { once } from "node:events";

/** What is written to: standard output. */
export interface JsonStream {
  write(text: string): boolean;
}

export interface JsonList {
  readonly push: (item: object) => Promise<void>;
  /** Ends the list, which may be empty. */
  readonly close: () => void;
}

/** One item a line. Waits where `stream` is slower than the writer. */
export function openJsonList(stream: JsonStream & NodeJS.EventEmitter): JsonList {
  let before = "[\n";
  return {
    push: async (item) => {
      const flows = stream.write(`${before}${JSON.stringify(item)}`);
      before = ",\n";
      if (!flows) await once(stream, "drain");
    },
    close: () => {
      stream.write(before === "[\n" ? "[]\n" : "\n]\n");
    },
  };
}
