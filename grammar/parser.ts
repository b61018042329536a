/** The grammar of the `.rcnn` notation, as a Chevrotain parser that gives concrete syntax trees. */
import { type CstNode, CstParser, type ParserMethod } from "chevrotain";
import { expectations } from "./expectations.ts";
import * as t from "./tokens.ts";

type Rule = ParserMethod<[], CstNode>;

/**
 * Rules are written so that one token decides, two in arguments. Binary operators are a flat list here:
 * precedence is the business of whoever reads the tree.
 */
export class RcnnParser extends CstParser {
  constructor() {
    super([...t.tokens], {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: expectations,
    });
    this.performSelfAnalysis();
  }

  readonly document: Rule = this.RULE("document", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
  });

  readonly declaration: Rule = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.module) },
      { ALT: () => this.SUBRULE(this.statement) },
    ]);
  });

  readonly use: Rule = this.RULE("use", () => {
    this.CONSUME(t.Use);
    this.CONSUME(t.Text);
  });

  readonly module: Rule = this.RULE("module", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Network) }, { ALT: () => this.CONSUME(t.BlockWord) }]);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.OPTION1(() => {
      this.CONSUME(t.On);
      this.SUBRULE(this.nameSet, { LABEL: "on" });
    });
    this.OPTION2(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE1(this.nameSet, { LABEL: "results" });
    });
    this.SUBRULE(this.body);
  });

  readonly parameterList: Rule = this.RULE("parameterList", () => {
    this.CONSUME(t.LeftParenthesis);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.parameter) });
    this.CONSUME(t.RightParenthesis);
  });

  readonly parameter: Rule = this.RULE("parameter", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.choice);
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  readonly choice: Rule = this.RULE("choice", () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Bar, DEF: () => this.SUBRULE(this.operation) });
  });

  readonly nameSet: Rule = this.RULE("nameSet", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.CONSUME(t.Identifier);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  /** Statements of a block. */
  readonly entry: Rule = this.RULE("entry", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.statement) }, { ALT: () => this.SUBRULE(this.edit) }]);
  });

  readonly statement: Rule = this.RULE("statement", () => {
    this.CONSUME(t.Identifier);
    this.OR([{ ALT: () => this.SUBRULE(this.setting) }, { ALT: () => this.SUBRULE(this.block) }]);
  });

  /** The rest of a setting behind its first name. */
  readonly setting: Rule = this.RULE("setting", () => {
    this.MANY(() => this.SUBRULE(this.step));
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  /** The rest of a block behind its keyword. */
  readonly block: Rule = this.RULE("block", () => {
    this.OPTION(() => this.SUBRULE(this.label));
    this.OPTION1(() => {
      this.CONSUME(t.Colon);
      this.CONSUME(t.Identifier, { LABEL: "type" });
    });
    this.OPTION2(() => {
      this.CONSUME(t.On);
      this.SUBRULE(this.operation, { LABEL: "on" });
    });
    this.OPTION3(() => {
      this.CONSUME(t.Extends);
      this.CONSUME1(t.Identifier, { LABEL: "extends" });
    });
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.entry));
    this.CONSUME(t.RightBrace);
  });

  readonly label: Rule = this.RULE("label", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.path) }, { ALT: () => this.CONSUME(t.Text) }]);
  });

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

  readonly edit: Rule = this.RULE("edit", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.replacement) },
      { ALT: () => this.SUBRULE(this.addition) },
      { ALT: () => this.SUBRULE(this.insertion) },
      {
        ALT: () => {
          this.CONSUME(t.Remove);
          this.SUBRULE(this.path);
        },
      },
    ]);
  });

  /** By a value, or by a block whose keyword ends the path. */
  readonly replacement: Rule = this.RULE("replacement", () => {
    this.CONSUME(t.Replace);
    this.SUBRULE(this.path);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equals);
          this.SUBRULE(this.expression);
        },
      },
      { ALT: () => this.SUBRULE(this.block) },
    ]);
  });

  readonly addition: Rule = this.RULE("addition", () => {
    this.CONSUME(t.Append);
    this.SUBRULE(this.path);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly insertion: Rule = this.RULE("insertion", () => {
    this.CONSUME(t.Insert);
    this.SUBRULE(this.expression);
    this.OR([{ ALT: () => this.CONSUME(t.Before) }, { ALT: () => this.CONSUME(t.After) }]);
    this.SUBRULE(this.path);
  });

  readonly body: Rule = this.RULE("body", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.binding));
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

  /** `path = expression`, as behind `--set`. */
  readonly assignment: Rule = this.RULE("assignment", () => {
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.setting);
  });
}

/** A parser holds nothing but the text that it reads, so the program builds one and uses it again. */
export const parser = new RcnnParser();
