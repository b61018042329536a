/** What can go wrong when a compiled model is opened or run, and when the native back end is installed. */
import { defineCodes } from "../codes.ts";

export const runtimeCodes = defineCodes({
  "runtime/native-missing": {
    severity: "error",
    message: (_: Record<never, never>) =>
      "The native back end is not installed. Install it with `rcnn native install`, or choose another with `--backend wasm`.",
    explain:
      "`--backend native` runs the model in TensorFlow's C++ library, which npm does not bring along. `rcnn native install` fetches and builds it once for this user; it needs Python with pip, a C++ compiler and about 2 GB of disk.",
  },
  "runtime/gpu-missing": {
    severity: "error",
    message: ({ found }: { readonly found: string }) =>
      `No working GPU was found: ${found}. See \`rcnn doctor\`, install with \`rcnn native install --gpu\`, or run with \`--device cpu\`.`,
    explain:
      "`--device gpu` never falls back to the processor in silence. Before a run, one small product is computed on the GPU; it failed. The native back end must have been installed with `--gpu`, and the NVIDIA driver must be there.",
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
    explain: "The TensorFlow wheels whose libraries the add-on is linked with exist in this form for Linux. Everything else of rcnn runs on the wasm back end.",
  },
  "runtime/native-tool-missing": {
    severity: "error",
    message: ({ tool, need, next }: { readonly tool: string; readonly need: string; readonly next: string }) =>
      `\`${tool}\` is needed to ${need}, and it did not run. Next: ${next}.`,
    explain:
      "`rcnn native install` calls Python's pip to fetch the TensorFlow library, npm to fetch the tfjs-node-gpu package, and g++ to compile its add-on. The tool named here is missing or does not start.",
  },
  "runtime/native-step-failed": {
    severity: "error",
    message: ({ step, reason, next }: { readonly step: string; readonly reason: string; readonly next: string }) =>
      `Native install stopped at the step "${step}": ${reason}. Next: ${next}.`,
    explain:
      "A step of `rcnn native install` failed and nothing was changed: an earlier install, if any, still works. The message carries the last words of the tool that failed.",
  },
});
