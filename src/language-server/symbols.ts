/** The outline of a file: models with their blocks, networks with their bindings, constants. */
import { type DocumentSymbol, SymbolKind } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Span } from "../diagnostics/span.ts";
import type { Block, Declaration, Module, Name } from "../syntax/ast.ts";
import { rangeOf } from "./ranges.ts";
import type { Snapshot } from "./workspace.ts";

export function documentSymbols({ tree, text }: Snapshot): readonly DocumentSymbol[] {
  return tree.declarations.map((each) => declarationSymbol(each, text));
}

function declarationSymbol(declaration: Declaration, text: TextDocument): DocumentSymbol {
  switch (declaration.kind) {
    case "module":
      return moduleSymbol(declaration, text);
    case "block":
      return blockSymbol(declaration, text);
    case "setting":
      return symbol(declaration.path[0]!, SymbolKind.Constant, declaration.span, text);
  }
}

function moduleSymbol({ name, form, body, span }: Module, text: TextDocument): DocumentSymbol {
  const children = body.bindings.map((binding) =>
    symbol(binding.name, SymbolKind.Variable, binding.span, text),
  );
  return { ...symbol(name, SymbolKind.Function, span, text), detail: form, children };
}

function blockSymbol({ keyword, label, type, entries, span }: Block, text: TextDocument): DocumentSymbol {
  const children = entries.flatMap((entry) => (entry.kind === "block" ? [blockSymbol(entry, text)] : []));
  const kind = keyword.text === "model" ? SymbolKind.Class : SymbolKind.Object;
  const detail = [label && keyword.text, type?.text].filter(Boolean).join(" ");
  return { ...symbol(label ?? keyword, kind, span, text), detail, children };
}

function symbol(name: Name, kind: SymbolKind, span: Span, text: TextDocument): DocumentSymbol {
  return { name: name.text, kind, range: rangeOf(span, text), selectionRange: rangeOf(name.span, text) };
}
