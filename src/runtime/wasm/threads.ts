/**
 * The threaded build of the WebAssembly back end under Node, which the npm package ships but starts in browsers only.
 * It is loaded as Emscripten wrote it, and handed to the package's own `BackendWasm`.
 */
import { createRequire } from "node:module";
import os from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

type Package = typeof import("@tensorflow/tfjs-backend-wasm");

interface ThreadedModule {
  readonly PThread: { readonly unusedWorkers: readonly Worker[]; readonly runningWorkers: readonly Worker[] };
  cwrap(name: string, result: string | null, types: readonly string[]): unknown;
  tfjs: unknown;
}

type Factory = (settings: { locateFile(path: string): string | URL }) => Promise<ThreadedModule>;

const folder = "@tensorflow/tfjs-backend-wasm/wasm-out/";
const build = "tfjs-backend-wasm-threaded-simd";

/** Longer than workers take to load on a busy machine. */
const patience = 20_000;

/** The back end on `threads` threads, which do not keep the process alive. Throws where they do not start. */
export async function createThreadedBackend(wasm: Package, threads: number): Promise<BackendWasm> {
  const restore = pretendProcessors(2 * threads);
  try {
    const module = await inTime(loadModule());
    module.tfjs = bindings(module);
    wasm.setThreadsCount(threads);
    const backend = new wasm.BackendWasm(module as unknown as BackendWasm["wasm"]);
    const { unusedWorkers, runningWorkers } = module.PThread;
    for (const worker of [...unusedWorkers, ...runningWorkers]) worker.unref();
    return backend;
  } finally {
    restore();
  }
}

function loadModule(): Promise<ThreadedModule> {
  const require = createRequire(import.meta.url);
  const main = require.resolve(`${folder}${build}.js`);
  const factory = require(main) as Factory;
  const { wasmWorkerContents } = require(`${folder}${build}.worker.js`) as { wasmWorkerContents: string };
  const worker = workerUrl(main, wasmWorkerContents);
  return factory({
    locateFile: (path) => (path.endsWith(".worker.js") ? worker : join(dirname(main), path)),
  });
}

/** The worker's script is CommonJS and a `data:` worker is a module, so the names that it misses come first. */
function workerUrl(main: string, script: string): URL {
  const names = [
    `import { createRequire } from "node:module";`,
    `const require = createRequire(${JSON.stringify(pathToFileURL(main).href)});`,
    `const __filename = ${JSON.stringify(main)};`,
  ];
  // The package keeps the script as a template literal, in which `\n` within a string became a line break.
  const text = names.join("\n") + script.replaceAll("\n", "\\n");
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

/** What the package binds to a module that it loads itself. */
const bindings = (module: ThreadedModule) => ({
  init: module.cwrap("init", null, []),
  initWithThreadsCount: module.cwrap("init_with_threads_count", null, ["number"]),
  getThreadsCount: module.cwrap("get_threads_count", "number", []),
  registerTensor: module.cwrap("register_tensor", null, ["number", "number", "number"]),
  disposeData: module.cwrap("dispose_data", null, ["number"]),
  dispose: module.cwrap("dispose", null, []),
});

/** The build takes half the processors at most, and leaves a `Worker` in the global scope. */
function pretendProcessors(count: number): () => void {
  const { cpus } = os;
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  os.cpus = () => Array.from({ length: count }, () => cpus()[0]!);
  return () => {
    os.cpus = cpus;
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else Reflect.deleteProperty(globalThis, "Worker");
  };
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
