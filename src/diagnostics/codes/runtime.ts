/** Codes of the runtime: back ends that are not there, and data that a compiled function does not take. */
import { defineCodes } from "../codes.ts";

export const runtimeCodes = defineCodes({
  "runtime/unknown-function": {
    severity: "error",
    message: (values: { name: string; known: readonly string[] }) =>
      `There is no function \`${values.name}\`. This model has ${values.known.map((name) => `\`${name}\``).join(", ")}.`,
    explain: "A compiled model is a set of named functions, listed in its signatures. Run one of those.",
  },
  "runtime/feed-name": {
    severity: "error",
    message: (values: { function: string; missing: readonly string[]; unknown: readonly string[] }) =>
      `The feeds of \`${values.function}\` do not have the names of its inputs.` +
      (values.missing.length ? ` Missing: ${values.missing.map((name) => `\`${name}\``).join(", ")}.` : "") +
      (values.unknown.length
        ? ` Not an input: ${values.unknown.map((name) => `\`${name}\``).join(", ")}.`
        : ""),
    explain: "Each run of a function takes one tensor for each of its inputs, by name, and no others.",
  },
  "runtime/feed-type": {
    severity: "error",
    message: (values: { where: string; name: string; found: string; expected: string }) =>
      `\`${values.name}\` of ${values.where} is ${values.found}. It must be ${values.expected}.`,
    explain:
      "Shapes and element types are fixed when a model is compiled. A feed or a variable must have exactly the declared ones, and as many numbers as its shape says.",
  },
  "runtime/unknown-variable": {
    severity: "error",
    message: (values: { name: string }) => `The model has no variable \`${values.name}\`.`,
    explain:
      "Variables are the model's parameters, statistics and optimizer slots, listed in its signatures.",
  },
  "runtime/unset-variable": {
    severity: "error",
    message: (values: { name: string }) =>
      `The variable \`${values.name}\` has no value yet. Write it before a run or a read.`,
    explain: "A session begins without weights. Write initial values, or those of a checkpoint, first.",
  },
  "runtime/wrong-artifact": {
    severity: "error",
    message: (values: { backend: string; found: string; expected: string }) =>
      `The back end \`${values.backend}\` was given a ${values.found}. It runs a ${values.expected}.`,
    explain:
      "Each back end runs one kind of compiled model: native a saved-model, wasm and cpu a kernel-plan.",
  },
  "runtime/unknown-backend": {
    severity: "error",
    message: (values: { name: string; known: readonly string[] }) =>
      `There is no back end \`${values.name}\`. Take one of ${values.known.map((name) => `\`${name}\``).join(", ")}.`,
    explain:
      "`native` is TensorFlow itself, `wasm` and `cpu` need nothing but npm, and `reference` is the plain loops that define each op.",
  },
  "runtime/too-large": {
    severity: "error",
    message: (values: { backend: string; function: string; needed: string; limit: string }) =>
      `\`${values.function}\` needs about ${values.needed} of memory. The back end \`${values.backend}\` has at most ${values.limit}. Use a smaller batch or image size${values.backend === "wasm" ? ", or `--backend native`" : ""}.`,
    explain:
      "The wasm back end has an address space of 4 GiB, and ends for good when it is full; the others have the memory of the machine, beyond which the system ends the process. So the need is worked out before a model is opened.",
  },
  "runtime/kernel-missing": {
    severity: "error",
    message: (values: { backend: string; kernel: string }) =>
      `The back end \`${values.backend}\` has no kernel \`${values.kernel}\`, which this kernel-plan calls. Compile the model again with this version.`,
    explain:
      "A kernel-plan names the kernels that it calls. One written by another version may name some that are not there.",
  },
  "runtime/native-missing": {
    severity: "error",
    message: (_: Record<never, never>) =>
      "The native back end is not installed. Install it with `rcnn native install`, or choose another with `--backend wasm`.",
    explain:
      "`--backend native` runs the model in TensorFlow's C++ library, which npm does not bring along. `rcnn native install` fetches and builds it once for this user; it needs Python with pip, a C++ compiler and about 2 GB of disk.",
  },
  "runtime/profiler-missing": {
    severity: "error",
    message: (_: Record<never, never>) =>
      "The native back end was installed without its profiler. Run `rcnn native install` once more, which adds it.",
    explain:
      "`rcnn profile` reads TensorFlow's own profiler through a small add-on that `rcnn native install` compiles with the others. An install made by an earlier version of this tool has none; installing again compiles it alone, in seconds.",
  },
  "runtime/gpu-missing": {
    severity: "error",
    message: ({ found }: { readonly found: string }) =>
      `No working GPU was found: ${found}. See \`rcnn doctor\`, install with \`rcnn native install --gpu\`, or run with \`--device cpu\`.`,
    explain:
      "`--device gpu` never falls back to the processor in silence. Before a run, one small product is computed on the GPU; it failed. The native back end must have been installed with `--gpu`, and the NVIDIA driver must be there.",
  },
  "runtime/gpu-needs-native": {
    severity: "error",
    message: ({ backend }: { readonly backend: string }) =>
      `\`--device gpu\` needs the native back end, and this run is on \`${backend}\`. Install it with \`rcnn native install --gpu\` and run with \`--backend native\`, or leave \`--device gpu\` out.`,
    explain:
      "Only TensorFlow's own library runs on a GPU here; wasm, cpu and reference run on the processor. A run that was to be on a GPU never goes on without one in silence.",
  },
  "runtime/native-broken": {
    severity: "error",
    message: ({ directory, reason }: { readonly directory: string; readonly reason: string }) =>
      `The native back end in \`${directory}\` does not load: ${reason}. Build it again with \`rcnn native install --force\`.`,
    explain:
      "The add-on was built once but this process cannot load it; most often the C++ library of the system, or the processor, is another one than at the time of the build.",
  },
  "runtime/native-platform": {
    severity: "error",
    message: ({ platform }: { readonly platform: string }) =>
      `The native back end is built on Linux (x64 or arm64) with glibc only, and this is ${platform}. Use \`--backend wasm\`.`,
    explain:
      "The TensorFlow wheels whose libraries the add-on is linked with exist in this form for Linux. Everything else of rcnn runs on the wasm back end.",
  },
  "runtime/native-tool-missing": {
    severity: "error",
    message: ({
      tool,
      need,
      next,
    }: {
      readonly tool: string;
      readonly need: string;
      readonly next: string;
    }) => `\`${tool}\` is needed to ${need}, and it did not run. Next: ${next}.`,
    explain:
      "`rcnn native install` calls Python's pip to fetch the TensorFlow library, npm to fetch the tfjs-node-gpu package, and g++ to compile its add-on. The tool named here is missing or does not start.",
  },
  "runtime/native-step-failed": {
    severity: "error",
    message: ({
      step,
      reason,
      next,
    }: {
      readonly step: string;
      readonly reason: string;
      readonly next: string;
    }) => `Native install stopped at the step "${step}": ${reason}. Next: ${next}.`,
    explain:
      "A step of `rcnn native install` failed and nothing was changed: an earlier install, if any, still works. The message carries the last words of the tool that failed.",
  },
});
