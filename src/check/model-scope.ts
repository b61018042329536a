/** What names mean in the values of a model: constants, its own keys, and by their paths the keys of its blocks. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import { entryAt } from "../merge/entry-at.ts";
import type { MergedBlock, MergedSetting, Spec } from "../merge/spec.ts";
import { own } from "../support/own.ts";
import { nearestName } from "../support/suggest.ts";
import type { Catalog, PlainValue, Profile, Section, SubsectionDef } from "./catalog.ts";
import { evaluate, lazyScope, type Report } from "./evaluate.ts";
import { longestChain, tooDeep } from "./needed.ts";
import type { Scope, Value } from "./values.ts";

/** `train.batch` anywhere is what the model says there in the end, whoever says it: base, extension or `--set`. */
export function modelScope(spec: Spec, catalog: Catalog, report: Report): Scope {
  const known = new Map<MergedSetting, Value | "running">();
  let running = 0;
  const settled = (setting: MergedSetting): Value => {
    const found = known.get(setting);
    if (found && found !== "running") return found;
    const { value: expression, name } = setting;
    if (found) {
      report(diagnose(checkCodes, "check/circular", { name: name.text }, { span: expression.span }));
      return { kind: "open", span: expression.span };
    }
    if (running >= longestChain) {
      report(tooDeep(expression.span));
      return { kind: "open", span: expression.span };
    }
    known.set(setting, "running");
    running++;
    // Its own place reports what is wrong in it.
    const circular: Report = (diagnostic) => diagnostic.code === "check/circular" && report(diagnostic);
    const value = evaluate(expression, { scope, report: circular });
    running--;
    known.set(setting, value);
    return value;
  };
  const ofModel: Scope = {
    lookup(name) {
      const found = spec.model.entries.find((entry) => entry.kind === "setting" && entry.name.text === name);
      const isLayers = own(catalog.model.parameters, name)?.kind.kind === "network";
      return found?.kind === "setting" && !isLayers ? settled(found) : undefined;
    },
    names: () => Object.keys(catalog.model.parameters),
    reach(path, span) {
      if (!Object.hasOwn(catalog.model.sections, path[0]!)) return undefined;
      const found = entryAt(spec.model, path);
      if (found?.entry.kind === "setting") return { value: settled(found.entry), rest: found.rest };
      if (found) return { value: notAValue(path, span, report), rest: [] };
      if (isOpen(spec.model, path)) return { value: { kind: "open", span }, rest: [] };
      const profiled = plain(own(profileDefaults(), path.join(".")), span);
      return { value: profiled ?? defaultAt(path, span, catalog, report), rest: [] };
    },
  };
  /** What the profile that the model names gives instead of the catalogue. */
  const profileDefaults = (): Profile["defaults"] => {
    const profile = ofModel.lookup("profile");
    return (profile?.kind === "word" ? own(catalog.profiles, profile.name)?.defaults : undefined) ?? {};
  };
  const expressions = new Map([...spec.constants].map(([name, setting]) => [name, setting.value]));
  const scope = lazyScope(expressions, { scope: ofModel, report });
  return scope;
}

/** Whether what the text does not say of `path` may be said where it could not be read. */
function isOpen(block: MergedBlock, [first, ...rest]: readonly string[]): boolean {
  const inner = block.entries.find(
    (entry): entry is MergedBlock =>
      entry.kind === "block" && [entry.keyword.text, entry.label?.text].includes(first),
  );
  return inner ? isOpen(inner, rest) : block.isPartial === true;
}

/** What a key has that the text leaves out. */
function defaultAt(path: readonly string[], span: Span, catalog: Catalog, report: Report): Value {
  let section: Section = catalog.model;
  for (const [index, name] of path.entries()) {
    const parameter = own(section.parameters, name);
    const value = parameter && index === path.length - 1 ? plain(parameter.default, span) : undefined;
    if (value) return value;
    const inner: SubsectionDef | undefined = own(section.sections, name);
    if (inner?.kind !== "one") return unknown(path, name, section, span, report);
    section = inner.section;
  }
  return notAValue(path, span, report);
}

function plain(value: PlainValue | undefined, span: Span): Value | undefined {
  if (typeof value === "number") return { kind: "number", value, span };
  if (typeof value === "boolean") return { kind: "boolean", value, span };
  return typeof value === "string" ? { kind: "word", name: value, span } : undefined;
}

function unknown(path: readonly string[], name: string, section: Section, span: Span, report: Report): Value {
  const known = [...Object.keys(section.parameters), ...Object.keys(section.sections)];
  const isKey = known.includes(name);
  const problem = isKey ? "is set by nothing and has no default that is a value" : "is no key of the model";
  const values = { path: path.join("."), problem, nearest: isKey ? undefined : nearestName(name, known) };
  report(diagnose(checkCodes, "check/no-reference", values, { span }));
  return { kind: "open", span };
}

function notAValue(path: readonly string[], span: Span, report: Report): Value {
  const values = { path: path.join("."), problem: "is a block; name one of its keys", nearest: undefined };
  report(diagnose(checkCodes, "check/no-reference", values, { span }));
  return { kind: "open", span };
}
