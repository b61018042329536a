/** What the native session and its worker thread say to each other. */
import type { HostTensor } from "../session.ts";

export interface WorkerSetup {
  /** The add-on to load before the package. */
  readonly preload: string;
  /** The add-on with our own kernels, to load after the package. */
  readonly kernels?: string;
  /** Folder of the installed tfjs-node-gpu package. */
  readonly packageDirectory: string;
  /** Folder with `saved_model.pb`; may go once the worker is ready. */
  readonly modelDirectory: string;
  /** Any signature of the model. */
  readonly signature: string;
  /** Set for the process before TensorFlow loads. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Feed extends HostTensor {
  readonly node: string;
}

export type WorkerRequest =
  | {
      readonly id: number;
      readonly kind: "run";
      readonly feeds: readonly Feed[];
      readonly fetches: readonly string[];
    }
  | { readonly id: number; readonly kind: "memory" }
  | { readonly id: number; readonly kind: "close" };

export type WorkerReply =
  | { readonly kind: "ready"; readonly gpu: boolean }
  | { readonly kind: "unloadable"; readonly reason: string }
  | { readonly kind: "tensors"; readonly id: number; readonly tensors: readonly HostTensor[] }
  | { readonly kind: "memory"; readonly id: number; readonly tensors: number; readonly bytes: number }
  | { readonly kind: "closed"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };
