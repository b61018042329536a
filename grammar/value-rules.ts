/** The rules of values: paths, bodies, pipelines and what stands in them. */
import { type CstNode, CstParser, type ParserMethod, type TokenType } from "chevrotain";
import { expectations } from "./expectations.ts";
import * as t from "./tokens.ts";

export type Rule = ParserMethod<[], CstNode>;

const mostErrors = 1000;

/**
 * Rules are written so that one token decides, two in arguments. Binary operators are a flat list here:
 * precedence is the business of whoever reads the tree.
 */
export class ValueRules extends CstParser {
  /** Examining the rules takes longer than reading a text, so the tests do that. */
  constructor(isExamined: boolean) {
    super([...t.tokens], {
      skipValidations: !isExamined,
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: expectations,
    });
  }

  /** A text with so many mistakes is no config, and each of them takes time and memory. */
  protected isBearable(): boolean {
    return this.errors.length < mostErrors;
  }

  /** A `{` that is not there would take in all that follows. */
  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return type !== t.LeftBrace;
  }

  readonly path: Rule = this.RULE("path", () => {
    this.CONSUME(t.Identifier);
    this.MANY(() => this.SUBRULE(this.step));
  });

  /** A number behind a dot tells apart layers that are alike: `relu.2`. */
  readonly step: Rule = this.RULE("step", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.OR1([{ ALT: () => this.CONSUME(t.Identifier) }, { ALT: () => this.CONSUME(t.NumberWord) }]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.IndexOpen);
          this.CONSUME1(t.NumberWord);
          this.CONSUME(t.RightBracket);
        },
      },
    ]);
  });

  readonly body: Rule = this.RULE("body", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY({ GATE: () => this.isBearable(), DEF: () => this.SUBRULE(this.binding) });
    this.OPTION(() => {
      this.CONSUME(t.Return);
      this.SUBRULE(this.expression);
    });
    this.CONSUME(t.RightBrace);
  });

  readonly binding: Rule = this.RULE("binding", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  /** A pipeline, or the one value that it would have. */
  readonly expression: Rule = this.RULE("expression", () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Arrow, DEF: () => this.SUBRULE(this.stage) });
  });

  readonly stage: Rule = this.RULE("stage", () => {
    this.SUBRULE(this.operation);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME(t.Identifier);
    });
  });

  readonly operation: Rule = this.RULE("operation", () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Operator, DEF: () => this.SUBRULE(this.operand) });
  });

  readonly operand: Rule = this.RULE("operand", () => {
    this.MANY(() => this.CONSUME(t.Prefix));
    this.SUBRULE(this.primary);
    this.MANY1(() => this.SUBRULE(this.access));
  });

  readonly access: Rule = this.RULE("access", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.IndexOpen);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RightBracket);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Identifier);
        },
      },
    ]);
  });

  readonly primary: Rule = this.RULE("primary", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Literal) },
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.SUBRULE(this.group) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.repetition) },
    ]);
  });

  readonly reference: Rule = this.RULE("reference", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.argumentList));
  });

  readonly argumentList: Rule = this.RULE("argumentList", () => {
    this.CONSUME(t.CallOpen);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.argument) });
    this.CONSUME(t.RightParenthesis);
  });

  readonly argument: Rule = this.RULE("argument", () => {
    this.OPTION(() => {
      this.CONSUME(t.Identifier);
      this.CONSUME(t.Equals);
    });
    this.SUBRULE(this.expression);
  });

  readonly group: Rule = this.RULE("group", () => {
    this.CONSUME(t.LeftParenthesis);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RightParenthesis);
  });

  readonly list: Rule = this.RULE("list", () => {
    this.CONSUME(t.LeftBracket);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.CONSUME(t.RightBracket);
    this.OPTION(() => this.CONSUME(t.ListUnit));
  });

  readonly record: Rule = this.RULE("record", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.recordEntry));
    this.CONSUME(t.RightBrace);
  });

  readonly recordEntry: Rule = this.RULE("recordEntry", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Identifier) },
      { ALT: () => this.CONSUME(t.NumberWord) },
      { ALT: () => this.CONSUME(t.Text) },
    ]);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  readonly conditional: Rule = this.RULE("conditional", () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.operation);
    this.SUBRULE(this.body);
    this.CONSUME(t.Else);
    this.OR([
      { ALT: () => this.SUBRULE1(this.body, { LABEL: "else" }) },
      { ALT: () => this.SUBRULE(this.conditional) },
    ]);
  });

  readonly repetition: Rule = this.RULE("repetition", () => {
    this.CONSUME(t.Repeat);
    this.SUBRULE(this.operation);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME(t.Identifier);
    });
    this.SUBRULE(this.body);
  });
}
