/** Which back ends run on this machine, tried with one small sum on each. */
import { createRequire } from "node:module";
import type { KernelPlan } from "../targets/artifact.ts";
import type { Backend } from "./index.ts";
import { hasKernels, lacksKernels } from "./native/locate.ts";
import { probeNative } from "./native/probe.ts";

export interface BackendStatus {
  readonly backend: Backend;
  readonly runs: boolean;
  readonly detail: string;
  /** Versions found, by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** The one next thing to do where it does not run. */
  readonly next?: string;
}

/** Native first, as it is taken first. */
export async function examineBackends(): Promise<readonly BackendStatus[]> {
  return [
    await examineNative(),
    await examinePortable("wasm", "@tensorflow/tfjs-backend-wasm"),
    await examinePortable("cpu", "@tensorflow/tfjs-backend-cpu"),
    {
      backend: "reference",
      runs: true,
      detail: "plain loops, slow, the definition of each op",
      versions: {},
    },
  ];
}

async function examineNative(): Promise<BackendStatus> {
  const { directory, installed, gpuBuild, load } = await probeNative();
  const status = { backend: "native", runs: false, versions: {} } as const;
  if (!installed || !load) return { ...status, detail: "not installed", next: "rcnn native install" };
  if (load.kind === "fails") {
    const next = `rcnn native install --force${gpuBuild ? " --gpu" : ""}`;
    return { ...status, detail: `in ${directory}, does not load: ${load.reason}`, next };
  }
  const { tensorflow, tfjsNode, gpu } = load.report;
  const versions = { TensorFlow: tensorflow, "tfjs-node-gpu": tfjsNode };
  const kernels = (await hasKernels(directory)) ? ", with our kernels" : "";
  const detail = `in ${directory}, ${gpu ? "on the GPU" : `on the processor${kernels}`}`;
  const lacking = (await lacksKernels(directory, gpuBuild))
    ? "rcnn native install, which compiles kernels that make it faster"
    : undefined;
  const next =
    gpuBuild && !gpu ? "look for the NVIDIA driver with `nvidia-smi`: the GPU build found no GPU" : lacking;
  return { ...status, runs: true, versions, detail, ...(next && { next }) };
}

async function examinePortable(backend: "wasm" | "cpu", name: string): Promise<BackendStatus> {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  const versions = { [name]: version };
  const reason = await failureOf(backend);
  return reason === undefined
    ? { backend, runs: true, detail: "needs nothing but npm", versions }
    : {
        backend,
        runs: false,
        detail: `does not start: ${reason}`,
        versions,
        next: `npm install ${name}@${version}`,
      };
}

/** What went wrong with one sum; undefined where it was right. */
async function failureOf(backend: "wasm" | "cpu"): Promise<string | undefined> {
  try {
    const { open } = await import("./index.ts");
    const session = await open(doubling, { backend });
    const { y } = await session.run("double", {
      x: { dtype: "f32", shape: [2], data: new Float32Array([1, -3]) },
    });
    await session.close();
    return String(y!.data) === "2,-6" ? undefined : `1 and -3 doubled came out as ${y!.data}`;
  } catch (error) {
    return (error as Error).message;
  }
}

const vector = { dtype: "f32", shape: [2] } as const;

const doubling: KernelPlan = {
  kind: "kernel-plan",
  signatures: {
    name: "double",
    functions: {
      double: {
        inputs: [{ name: "x", ...vector, summary: "" }],
        outputs: [{ name: "y", ...vector, summary: "" }],
      },
    },
    state: [],
  },
  functions: {
    double: {
      inputs: [{ name: "x", slot: 0 }],
      parameters: [],
      constants: [],
      calls: [
        {
          kernel: "Add",
          inputs: { a: 0, b: 0 },
          attributes: {},
          outputs: [{ slot: 1, ...vector }],
          release: [0],
        },
      ],
      outputs: [{ name: "y", slot: 1 }],
      updates: [],
    },
  },
};
