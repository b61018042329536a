/** The grammar of the `.rcnn` notation, as a Chevrotain parser that gives concrete syntax trees. */
import type { CstNode } from "chevrotain";
import * as t from "./tokens.ts";
import { type Rule, ValueRules } from "./value-rules.ts";

/** The rules of declarations, on top of those of values. */
export class RcnnParser extends ValueRules {
  constructor(isExamined: boolean) {
    super(isExamined);
    this.performSelfAnalysis();
  }

  /** `take` is given each declaration as soon as it is read, and may empty it: a long text has a large tree. */
  readonly document = this.RULE("document", (take?: (node: CstNode) => void) => {
    this.MANY({
      GATE: () => this.isBearable(),
      DEF: () => {
        const node = this.SUBRULE(this.declaration);
        this.ACTION(() => take?.(node));
      },
    });
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
    this.MANY({ GATE: () => this.isBearable(), DEF: () => this.SUBRULE(this.entry) });
    this.CONSUME(t.RightBrace);
  });

  readonly label: Rule = this.RULE("label", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.path) }, { ALT: () => this.CONSUME(t.Text) }]);
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

  /** What may stand in a model, without the model around it: a file behind `--set-file`. */
  readonly changes: Rule = this.RULE("changes", () => {
    this.MANY(() => this.SUBRULE(this.entry));
  });

  /** `path = expression`, as behind `--set`. */
  readonly assignment: Rule = this.RULE("assignment", () => {
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.setting);
  });
}

/** A parser holds nothing but the text that it reads, so the program builds one and uses it again. */
export const parser = new RcnnParser(false);
