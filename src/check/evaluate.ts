/** The arithmetic of the language: expressions without layers to values, at compile time. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";
import type { Body, Expression } from "../syntax/ast.ts";
import { longChain, longestChain, neededFirst, tooDeep } from "./needed.ts";
import { wrongOperand } from "./operands.ts";
import { binary, rangeOf, unary, withUnit } from "./operators.ts";
import { built, partOf } from "./pairs.ts";
import { isTooLarge, mostParts } from "./size.ts";
import { type Scope, showValue, type Value } from "./values.ts";

export type Report = (diagnostic: Diagnostic) => void;

/** What names mean here, and where mistakes go. */
export interface Evaluation {
  readonly scope: Scope;
  readonly report: Report;
}

type Node<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

/** Gives an open value where something is wrong, after reporting it. */
export function evaluate(expression: Expression, context: Evaluation): Value {
  const value = evaluated(expression, context);
  const isMade = expression.kind === "list" || expression.kind === "record" || expression.kind === "call";
  if (!isMade || !isTooLarge(value)) return value;
  const { span } = expression;
  context.report(diagnose(checkCodes, "check/too-large", { most: mostParts }, { span }));
  return { kind: "open", span };
}

function evaluated(expression: Expression, context: Evaluation): Value {
  const { span } = expression;
  const inner = (part: Expression): Value => evaluate(part, context);
  switch (expression.kind) {
    case "number":
    case "size":
    case "ratio":
    case "text":
    case "boolean":
    case "none":
      return expression;
    case "percentage":
      return { kind: "number", value: expression.value, span };
    case "name": {
      const value = context.scope.lookup(expression.name);
      if (!value) return { kind: "word", name: expression.name, span };
      return { ...value, span, declared: value.declared ?? value.span };
    }
    case "range":
      return rangeOf(inner(expression.from), inner(expression.to), span, context);
    case "rate":
      return { kind: "rate", value: inner(expression.value), per: inner(expression.per), span };
    case "list":
      return {
        kind: "list",
        items: expression.items.map((item) => withUnit(inner(item), expression.unit, context)),
        span,
      };
    case "record":
      return {
        kind: "record",
        entries: expression.entries.map(({ key, value }) => ({
          key: key.text,
          keySpan: key.span,
          value: inner(value),
        })),
        span,
      };
    case "call": {
      const given = expression.arguments.map((argument) => ({ ...argument, value: inner(argument.value) }));
      return built(expression.callee.text, given, span, context) ?? { ...expression, arguments: given };
    }
    case "unary":
      return unary(expression, inner(expression.operand), context);
    case "binary":
      return binary(expression, inner, context);
    case "index":
      return (
        layerPath(expression, context) ??
        elementOf(inner(expression.target), inner(expression.index), expression, context)
      );
    case "member":
      return (
        layerPath(expression, context) ??
        reached(expression, context) ??
        elementOf(
          inner(expression.target),
          { kind: "text", value: expression.member.text, span: expression.member.span },
          expression,
          context,
        )
      );
    case "if":
      return conditional(expression, context);
    case "pipeline":
    case "repeat":
      return { kind: "layers", expression, scope: context.scope, span };
    case "hole":
      return { kind: "open", span };
    case "choice":
      invariant(false, "the grammar has choices only in the types of parameters");
  }
}

/** `trunk.block2[0].relu` as the name of a layer, unless something around is called `trunk`. */
function layerPath(expression: Expression, { scope }: Evaluation): Value | undefined {
  const name = spelled(expression);
  if (!name?.startsWith("trunk.") || scope.lookup("trunk")) return undefined;
  return { kind: "word", name, span: expression.span };
}

/** Names and whole numbers joined by `.` and `[ ]`, as they are written. */
function spelled(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "member" && expression.kind !== "index") return undefined;
  const before = spelled(expression.target);
  if (before === undefined) return undefined;
  if (expression.kind === "member") return `${before}.${expression.member.text}`;
  const { index } = expression;
  return index.kind === "number" && Number.isInteger(index.value) ? `${before}[${index.value}]` : undefined;
}

/** The value of another key of the model, where no name around means something else. */
function reached(expression: Node<"member">, context: Evaluation): Value | undefined {
  const { scope } = context;
  const path = pathOf(expression);
  const { span } = expression;
  const found = path && !scope.lookup(path[0]!) ? scope.reach?.(path, span) : undefined;
  if (!found) return undefined;
  const key = (text: string): Value => ({ kind: "text", value: text, span });
  const value = found.rest.reduce(
    (inner, text) => elementOf(inner, key(text), expression, context),
    found.value,
  );
  return { ...value, span, declared: value.declared ?? value.span };
}

/** `rpn.sample.count` as names; undefined where it begins with anything but a name. */
function pathOf({ target, member }: Node<"member">): readonly string[] | undefined {
  const before =
    target.kind === "name" ? [target.name] : target.kind === "member" ? pathOf(target) : undefined;
  return before && [...before, member.text];
}

/** `list[0]`, `record[key]`, `record.key`. */
function elementOf(target: Value, at: Value, { span }: Expression, context: Evaluation): Value {
  if (target.kind === "open" || at.kind === "open") return { kind: "open", span };
  const part = at.kind === "text" ? partOf(target, at.value) : undefined;
  if (part !== undefined) return { kind: "number", value: part, span };
  if (target.kind === "call") {
    const argument = target.arguments.find(({ name }) => at.kind === "text" && name?.text === at.value);
    if (argument) return { ...argument.value, span };
  }
  if (target.kind !== "list" && target.kind !== "record")
    return { ...wrongOperand(target, "[ ]", "a list or a record", context), span };
  const key = at.kind === "text" ? at.value : showValue(at);
  const found =
    target.kind === "list"
      ? target.items[Number(key)]
      : target.entries.find((entry) => entry.key === key)?.value;
  if (found) return { ...found, span };
  const available =
    target.kind === "list"
      ? `indices 0 to ${target.items.length - 1}`
      : target.entries.map((entry) => `\`${entry.key}\``).join(", ");
  context.report(diagnose(checkCodes, "check/no-such-element", { key, available }, { span: at.span }));
  return { kind: "open", span };
}

function conditional(expression: Node<"if">, context: Evaluation): Value {
  const { span } = expression;
  const body = chosenBody(expression, context);
  if (!body?.result) return { kind: "open", span };
  const bindings = new Map(body.bindings.map((binding) => [binding.name.text, binding.value]));
  return { ...evaluate(body.result, { ...context, scope: lazyScope(bindings, context) }), span };
}

/** The branch of an `if` that holds; none where the condition is open or wrong. */
export function chosenBody(expression: Node<"if">, context: Evaluation): Body | undefined {
  const condition = evaluate(expression.condition, context);
  if (condition.kind === "boolean") return condition.value ? expression.then : expression.else;
  wrongOperand(condition, "if", "`true` or `false`", context);
  return undefined;
}

/** Names bound to expressions, each evaluated when it is first needed; one that needs itself is reported and open. */
export function lazyScope(bindings: ReadonlyMap<string, Expression>, outer: Evaluation): Scope {
  const known = new Map<string, Value | "running">();
  let running = 0;
  const scope: Scope = {
    lookup(name) {
      const expression = bindings.get(name);
      if (!expression) return outer.scope.lookup(name);
      const found = known.get(name);
      if (found && found !== "running") return found;
      if (found === "running") {
        outer.report(diagnose(checkCodes, "check/circular", { name }, { span: expression.span }));
        return { kind: "open", span: expression.span };
      }
      if (running >= longestChain) {
        outer.report(tooDeep(expression.span));
        return { kind: "open", span: expression.span };
      }
      known.set(name, "running");
      running++;
      const unknown = (other: string) => (known.has(other) ? undefined : bindings.get(other));
      if (running === longChain) for (const each of neededFirst(expression, unknown)) scope.lookup(each);
      const value = evaluate(expression, { ...outer, scope });
      running--;
      known.set(name, value);
      return value;
    },
    names: () => [...bindings.keys(), ...outer.scope.names()],
    reach: outer.scope.reach,
  };
  return scope;
}

export const emptyScope: Scope = { lookup: () => undefined, names: () => [] };
