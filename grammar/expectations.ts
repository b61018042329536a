/** What the parser expected where it found something else, in words. */
import { EOF, type IParserErrorMessageProvider, type TokenType } from "chevrotain";

/** What the rules wait for, in words, where the list of tokens would say less. */
const awaited: Readonly<Record<string, string>> = {
  document: 'a declaration such as `model name {` or `use "path"`, or the end of the text',
  changes: "a change such as `path = value`, `name { ... }` or `remove path`",
  "block }": "a setting, a block or `}`",
  "body }": "a binding `name = value`, `return` or `}`",
  "record }": "an entry `key = value` or `}`",
  "nameSet }": "a name or `}`",
  "argumentList )": "`,` or `)`",
  "parameterList )": "`,` or `)`",
  "list ]": "`,` or `]`",
  statement: "`=` behind the name of a setting, or `{` behind that of a block",
  expression: "a value",
  operation: "a value",
  primary: "a value",
  choice: "a type",
  label: "a name",
};

const either = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;

const labelsOf = (types: readonly (TokenType | undefined)[]): string =>
  either([
    ...new Set(
      types.flatMap((type) =>
        type ? [type.LABEL ?? (type === EOF ? "the end of the text" : type.name)] : [],
      ),
    ),
  ]);

/** The messages of our parser's errors are only the words for what was expected. */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) =>
    (expected === EOF ? awaited[ruleName] : awaited[`${ruleName} ${expected.PATTERN}`]) ??
    labelsOf([expected]),
  buildNotAllInputParsedMessage: ({ ruleName }) => awaited[ruleName] ?? "the end of the text",
  buildNoViableAltMessage: ({ expectedPathsPerAlt, ruleName }) =>
    awaited[ruleName] ?? labelsOf(expectedPathsPerAlt.flatMap((paths) => paths.map((path) => path[0]))),
  buildEarlyExitMessage: ({ expectedIterationPaths, ruleName }) =>
    awaited[ruleName] ?? labelsOf(expectedIterationPaths.map((path) => path[0])),
};
