/** The syntax tree that both notations, `.rcnn` and `.yaml`, become. */
import type { Source, Span } from "../diagnostics/span.ts";

/** One file. */
export interface Document {
  readonly kind: "document";
  readonly source: Source;
  readonly uses: readonly Use[];
  readonly declarations: readonly Declaration[];
  /** All but the documentation of declarations, in the order of the text. */
  readonly comments: readonly Comment[];
  /** Whether something in it could not be read, so that nobody knows all that it declares. */
  readonly isPartial?: boolean;
}

/** `// text` or `# text`. */
export interface Comment {
  /** What stands behind the mark, without white space at its end. */
  readonly text: string;
  readonly span: Span;
}

/** `use "library/fpn"`. */
export interface Use {
  readonly kind: "use";
  readonly path: string;
  readonly span: Span;
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A path as it is written; the steps `[2]` of a path touch what stands before them. */
export const pathText = (path: readonly Pick<Name, "text">[]): string =>
  path.map(({ text }, index) => (index === 0 || text.startsWith("[") ? text : `.${text}`)).join("");

/** What may stand at the top of a file. */
export type Declaration = Block | Module | Setting;

/** `keyword label : type on levels extends base { ... }`: `model m extends n {}`, `rpn on p2..p5 {}`, `head mask: segment {}`. */
export interface Block {
  readonly kind: "block";
  readonly keyword: Name;
  readonly label?: Name;
  readonly type?: Name;
  readonly on?: Expression;
  readonly extends?: Name;
  readonly entries: readonly Entry[];
  /** The `///` comment before it. */
  readonly documentation?: string;
  readonly span: Span;
  /** Whether something in it could not be read, beside what is a hole. */
  readonly isPartial?: boolean;
}

export type Entry = Setting | Block | Edit;

/** `name = expression`; the name may be dotted in `--set`. */
export interface Setting {
  readonly kind: "setting";
  readonly path: readonly Name[];
  readonly value: Expression;
  readonly span: Span;
}

/** `replace path = value`, `append path = value`, `insert value after path`, `remove path`. */
export interface Edit {
  readonly kind: "edit";
  readonly action: "replace" | "append" | "insert" | "remove";
  readonly path: readonly Name[];
  readonly value?: Expression;
  /** What `replace path { ... }` gives; its keyword is the last name of the path. */
  readonly block?: Block;
  /** Of an insertion. */
  readonly side?: "before" | "after";
  readonly span: Span;
}

/** `network name(parameters) on { inputs } -> { results } { body }` or `block name(parameters) { body }`. */
export interface Module {
  readonly kind: "module";
  readonly form: "network" | "block";
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  /** Names of the feature maps a network takes; absent for the image or a single input. */
  readonly on?: readonly Name[];
  /** Names of the results of a network. */
  readonly results?: readonly Name[];
  readonly body: Body;
  readonly documentation?: string;
  readonly span: Span;
  /** Whether it is wrong, so that nothing is known of it but its name. */
  readonly isPartial?: boolean;
}

export interface Parameter {
  readonly name: Name;
  readonly type: Expression;
  readonly default?: Expression;
  readonly span: Span;
}

export interface Body {
  readonly bindings: readonly Binding[];
  readonly result?: Expression;
  readonly span: Span;
}

export interface Binding {
  readonly name: Name;
  readonly value: Expression;
  readonly span: Span;
}

export interface Argument {
  readonly name?: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** One step of a pipeline, with the name that `as` gives it. */
export interface Stage {
  readonly value: Expression;
  readonly as?: Name;
  readonly span: Span;
}

export type Unit = "px" | "images" | "iterations" | "epochs";

export type BinaryOperator = "or" | "and" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/";

/** Each has the span of its own text. */
export type Expression = { readonly span: Span } & (
  | { readonly kind: "number"; readonly value: number; readonly unit?: Unit }
  /** `50%` has the value 0.5. */
  | { readonly kind: "percentage"; readonly value: number }
  | { readonly kind: "size"; readonly height: number; readonly width: number }
  /** `1:2`, height to width. */
  | { readonly kind: "ratio"; readonly height: number; readonly width: number }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly unit?: Unit }
  | {
      readonly kind: "record";
      readonly entries: readonly { readonly key: Name; readonly value: Expression }[];
    }
  | { readonly kind: "call"; readonly callee: Name; readonly arguments: readonly Argument[] }
  | { readonly kind: "pipeline"; readonly stages: readonly Stage[] }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Expression }
  | { readonly kind: "index"; readonly target: Expression; readonly index: Expression }
  | { readonly kind: "member"; readonly target: Expression; readonly member: Name }
  /** `0.02 per 16images`. */
  | { readonly kind: "rate"; readonly value: Expression; readonly per: Expression }
  | { readonly kind: "if"; readonly condition: Expression; readonly then: Body; readonly else: Body }
  | { readonly kind: "repeat"; readonly times: Expression; readonly index?: Name; readonly body: Body }
  /** `50 | 101 | 152`, only in the types of parameters. */
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  /** Written, but wrong, and reported: nothing is known of it. Never in a text without errors. */
  | { readonly kind: "hole" }
);
