/** Arbitrary expressions and bodies: everything that the grammar can say, in the form in which the parser gives it. */
import fc from "fast-check";
import type { Argument, BinaryOperator, Body, Expression, Name, Stage, Unit } from "../../src/syntax/ast.ts";

export const span = { source: { name: "made", text: "" }, start: 0, end: 0 };

export const named = (text: string): Name => ({ text, span });

/** Names that are no words of the language; some mean something in YAML, and some are properties of every object. */
export const nameText = fc.constantFrom(
  ..."a b c d width norm input conv relu x3 _ c2 e1 True null NULL yes on_ pipe record value label Infinity constructor __proto__".split(
    " ",
  ),
);

export const name = nameText.map(named);

const unit = fc.constantFrom<Unit>("px", "images", "iterations", "epochs");

/** Texts without carriage returns, which the notation cannot write. */
export const text = fc
  .oneof(fc.string({ maxLength: 8 }), fc.constantFrom('"', "\\", "\n\t", "true", "a: b", "#x", "é\u2028"))
  .map((each) => each.replaceAll("\r", ""));

const count = fc.oneof(fc.nat(1000), fc.constantFrom(0, 1e21, 2 ** 53));
const number = fc.oneof(
  count,
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const percentage = fc.double({ min: 0, max: 200, noNaN: true }).map((value) => {
  const digits = value.toPrecision(3);
  return Number(digits) / 100;
});

const literal: fc.Arbitrary<Expression> = fc.oneof(
  number.map((value): Expression => ({ kind: "number", value, span })),
  fc.record({ kind: fc.constant("number" as const), value: number, unit, span: fc.constant(span) }),
  percentage.map((value): Expression => ({ kind: "percentage", value, span })),
  fc.tuple(count, count).map(([height, width]): Expression => ({ kind: "size", height, width, span })),
  fc
    .tuple(fc.double({ min: 0, max: 1e9, noNaN: true }), count)
    .map(([height, width]): Expression => ({ kind: "ratio", height: height + 0, width, span })),
  text.map((value): Expression => ({ kind: "text", value, span })),
  fc.boolean().map((value): Expression => ({ kind: "boolean", value, span })),
  fc.constant<Expression>({ kind: "none", span }),
);

const operators: readonly BinaryOperator[] = [
  "or",
  "and",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
];

const unique = <T>(item: fc.Arbitrary<T>, key: (item: T) => string, maxLength: number) =>
  fc.uniqueArray(item, { maxLength, selector: key });

interface Made {
  readonly expression: Expression;
  readonly stage: Stage;
  readonly body: Body;
}

/** A pipeline of one stage has a name for it, else it is the stage's value. */
const isPipeline = (stages: readonly Stage[]): boolean => stages.length > 1 || stages[0]?.as !== undefined;

const made = fc.letrec<Made>((tie) => {
  const expression = tie("expression") as fc.Arbitrary<Expression>;
  const stage = tie("stage") as fc.Arbitrary<Stage>;
  const body = tie("body") as fc.Arbitrary<Body>;
  const argument: fc.Arbitrary<Argument> = fc
    .tuple(fc.option(name, { nil: undefined }), expression)
    .map(([own, value]) => ({ ...(own && { name: own }), value, span }));
  const argumentsOf = fc
    .array(argument, { maxLength: 3 })
    .map((all) =>
      all.filter(
        ({ name: own }, index) => !own || all.findIndex((other) => other.name?.text === own.text) === index,
      ),
    );
  const entry = fc
    .tuple(fc.oneof(nameText, text, fc.nat(99).map(String), fc.constantFrom("if", "1.5", "007")), expression)
    .map(([key, value]) => ({ key: named(key), value }));
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      name.map((own): Expression => ({ kind: "name", name: own.text, span })),
      literal,
      fc
        .tuple(fc.array(expression, { maxLength: 3 }), fc.option(unit, { nil: undefined }))
        .map(([items, own]): Expression => ({ kind: "list", items, ...(own && { unit: own }), span })),
      unique(entry, ({ key }) => key.text, 3).map(
        (entries): Expression => ({ kind: "record", entries, span }),
      ),
      fc
        .tuple(name, argumentsOf)
        .map(([callee, all]): Expression => ({ kind: "call", callee, arguments: all, span })),
      fc
        .array(stage, { minLength: 1, maxLength: 3 })
        .filter(isPipeline)
        .map((stages): Expression => ({ kind: "pipeline", stages, span })),
      fc
        .tuple(fc.constantFrom(...operators), expression, expression)
        .map(([operator, left, right]): Expression => ({ kind: "binary", operator, left, right, span })),
      fc
        .tuple(fc.constantFrom("-" as const, "not" as const), expression)
        .map(([operator, operand]): Expression => ({ kind: "unary", operator, operand, span })),
      fc.tuple(expression, expression).map(([from, to]): Expression => ({ kind: "range", from, to, span })),
      fc
        .tuple(expression, expression)
        .map(([value, per]): Expression => ({ kind: "rate", value, per, span })),
      fc
        .tuple(expression, expression)
        .map(([target, index]): Expression => ({ kind: "index", target, index, span })),
      fc
        .tuple(expression, name)
        .map(([target, member]): Expression => ({ kind: "member", target, member, span })),
      fc
        .tuple(expression, body, body)
        // biome-ignore lint/suspicious/noThenProperty: the tree's name for the first branch
        .map(([condition, yes, no]): Expression => ({ kind: "if", condition, then: yes, else: no, span })),
      fc.tuple(expression, fc.option(name, { nil: undefined }), body).map(
        ([times, index, body]): Expression => ({
          kind: "repeat",
          times,
          ...(index && { index }),
          body,
          span,
        }),
      ),
    ),
    stage: fc
      .tuple(expression, fc.option(name, { nil: undefined }))
      .map(([value, as]): Stage => ({ value, ...(as && { as }), span })),
    body: fc
      .tuple(
        unique(fc.tuple(name, expression), ([own]) => own.text, 2),
        fc.option(expression, { nil: undefined }),
      )
      .map(
        ([bindings, result]): Body => ({
          bindings: bindings.map(([own, value]) => ({ name: own, value, span })),
          ...(result && { result }),
          span,
        }),
      ),
  };
});

export const { expression, body } = made;
