/** What merging gives: one model with all that it extends and all that was set, and the modules that it may use. */
import type { Source, Span } from "../diagnostics/span.ts";
import type { Expression, Module, Name } from "../syntax/ast.ts";

export interface MergedSetting {
  readonly kind: "setting";
  readonly name: Name;
  readonly value: Expression;
  /** The whole `name = value` that holds. */
  readonly span: Span;
  /** The places that set it before, earliest first. */
  readonly history: readonly Span[];
  /** Changes of what it builds, in their order. */
  readonly edits?: readonly UseEdit[];
}

/** A change inside layers that no text of the setting holds: made where the use at `path` is built. */
export interface UseEdit {
  readonly action: "set" | "replace" | "append" | "insert" | "remove";
  readonly side?: "before" | "after" | undefined;
  /** From the setting to the use or to one of its arguments: `c2.rest[1].conv2`. */
  readonly path: readonly Name[];
  /** From the model, as written. */
  readonly whole: string;
  /** Absent only when removing. */
  readonly value?: Expression | undefined;
  readonly span: Span;
}

export interface MergedBlock {
  readonly kind: "block";
  readonly keyword: Name;
  readonly label?: Name;
  readonly type?: Name;
  readonly on?: Expression;
  readonly documentation?: string;
  readonly entries: readonly MergedEntry[];
  /** The last text that added to it. */
  readonly span: Span;
  /** The texts that added to it before, earliest first. */
  readonly history: readonly Span[];
  /** Whether something that it holds was wrong, so that nothing is known of what it does not say. */
  readonly isPartial?: boolean;
}

export type MergedEntry = MergedSetting | MergedBlock;

export interface Spec {
  /** The block `model`; its label is the model's name. */
  readonly model: MergedBlock;
  readonly modules: ReadonlyMap<string, Module>;
  readonly constants: ReadonlyMap<string, MergedSetting>;
  /** Those whose value stands in the model where edits were made in it, and not their name. */
  readonly spelledOut: ReadonlySet<string>;
  /** The files and arguments that it was made from; the file asked for is the last of the files. */
  readonly sources: readonly Source[];
}
