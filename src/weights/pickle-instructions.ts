/** The instructions of pickle protocols 2 to 5, as Python's `pickletools` describes them. */
import { isUtf8 } from "node:buffer";
import { type Machine, pickleLimits } from "./pickle-machine.ts";
import { isRefused, type Pickled, type Refused, textOf } from "./pickle-values.ts";

type Instruction = (machine: Machine) => void;

const fail = (machine: Machine, text: string): void => {
  machine.problem ??= { text };
};

/** The next `count` bytes; of a file that is cut short, none. */
function take(machine: Machine, count: number): Uint8Array {
  const { bytes, at } = machine;
  if (count > bytes.length - at) {
    fail(machine, "it is cut short");
    return new Uint8Array(0);
  }
  machine.at += count;
  return bytes.subarray(at, at + count);
}

const unsigned = (machine: Machine, size: 1 | 2 | 4 | 8): number => {
  const at = machine.at;
  if (take(machine, size).length === 0) return 0;
  if (size === 8) return Number(machine.view.getBigUint64(at, true));
  const reader = { 1: "getUint8", 2: "getUint16", 4: "getUint32" } as const;
  return machine.view[reader[size]](at, true);
};

const push = (machine: Machine, value: Pickled | Refused): void => {
  if (isRefused(value)) fail(machine, value.problem);
  else machine.stack.push(value);
};

function pop(machine: Machine): Pickled {
  const value = machine.stack.pop();
  if (value === undefined) fail(machine, "it takes a value from an empty stack");
  return value ?? null;
}

/** All values above the last mark, which goes too. */
function popMark(machine: Machine): Pickled[] {
  const values = machine.stack;
  const before = machine.marks.pop();
  if (!before) fail(machine, "it asks for a mark that is not there");
  else machine.stack = before;
  return before ? values : [];
}

function top(machine: Machine): Pickled {
  const value = machine.stack.at(-1);
  if (value === undefined) fail(machine, "it uses a value of an empty stack");
  return value ?? null;
}

function text(machine: Machine, count: number): void {
  const encoded = take(machine, count);
  if (isUtf8(encoded)) push(machine, textIn(encoded, "utf8"));
  else fail(machine, "a text is not UTF-8");
}

/** Protocol 2 holds whole arrays as text, for which a decoder that checks takes half a minute. */
const textIn = ({ buffer, byteOffset, byteLength }: Uint8Array, encoding: "utf8" | "latin1"): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString(encoding);

const bytes = (machine: Machine, count: number): void =>
  push(machine, { kind: "bytes", data: take(machine, count) });

/** A line of ASCII without its end. */
function line(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0 || end - machine.at > 1000) {
    fail(machine, "a line has no end");
    return "";
  }
  const taken = take(machine, end - machine.at);
  machine.at++;
  return textIn(taken, "latin1");
}

function integer(machine: Machine, count: number): void {
  if (count > pickleLimits.integerBytes) fail(machine, `a whole number has ${count} bytes`);
  const digits = take(machine, Math.min(count, pickleLimits.integerBytes));
  let value = 0n;
  for (let index = digits.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(digits[index]!);
  const signed = BigInt.asIntN(Math.max(1, 8 * digits.length), value);
  const isSmall = signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER);
  push(machine, isSmall ? Number(signed) : signed);
}

function mention(machine: Machine, name: string): void {
  if (!Object.hasOwn(machine.rules.globals, name)) machine.problem ??= { text: name, global: name };
  else push(machine, { kind: "global", name });
}

function stackGlobal(machine: Machine): void {
  const [name, module] = [textOf(pop(machine)), textOf(pop(machine))];
  if (module === undefined || name === undefined) fail(machine, "a name is not a text");
  else mention(machine, `${module}.${name}`);
}

/** `callee(*args)`, where the rules allow it. */
function reduce(machine: Machine): void {
  const args = pop(machine);
  const callee = pop(machine);
  const name = typeof callee === "object" && callee?.kind === "global" ? callee.name : undefined;
  const items = typeof args === "object" && args?.kind === "tuple" ? args.items : undefined;
  const call = name === undefined ? undefined : machine.rules.globals[name]?.call;
  if (name === undefined || !items) fail(machine, "it calls what is not a name with arguments");
  else if (!call) machine.problem ??= { text: name, global: name };
  else push(machine, call(items));
}

/** State for what was made: arrays and their types have one; that of a dictionary is torch's `_metadata`. */
function build(machine: Machine): void {
  const state = pop(machine);
  const made = top(machine);
  const kind = typeof made === "object" ? made?.kind : undefined;
  if (kind === "dict") return;
  const problem = machine.rules.build?.(made, state) ?? `it gives state to what has none`;
  if (problem !== "") fail(machine, problem);
}

function appendAll(machine: Machine, items: readonly Pickled[], kind: "list" | "set"): void {
  const target = top(machine);
  if (typeof target !== "object" || target?.kind !== kind) fail(machine, "it adds to what is no list");
  else for (const item of items) target.items.push(item);
}

function setAll(machine: Machine, items: readonly Pickled[]): void {
  const target = top(machine);
  const entries = typeof target === "object" && target?.kind === "dict" ? target.entries : undefined;
  if (!entries || items.length % 2 !== 0) fail(machine, "it sets keys of what is no dictionary");
  for (let index = 0; index + 1 < items.length; index += 2) {
    const [key, value] = [items[index]!, items[index + 1]!];
    const name = typeof key === "number" ? String(key) : textOf(key);
    if (name !== undefined) entries?.set(name, value);
  }
}

function tuple(machine: Machine, count: number): void {
  const items = Array.from({ length: count }, () => pop(machine)).reverse();
  push(machine, { kind: "tuple", items });
}

function recall(machine: Machine, key: number): void {
  const value = machine.memo.get(key);
  if (value === undefined) fail(machine, `it recalls value ${key}, which it did not keep`);
  else push(machine, value);
}

const keep = (machine: Machine, key: number): void => {
  machine.memo.set(key, top(machine));
};

function persistent(machine: Machine): void {
  const id = pop(machine);
  const { persistent: read } = machine.rules;
  if (!read) fail(machine, "it leaves a value to its reader");
  else push(machine, read(id));
}

function float(machine: Machine): void {
  const at = machine.at;
  if (take(machine, 8).length) push(machine, machine.view.getFloat64(at, false));
}

function protocol(machine: Machine): void {
  const version = unsigned(machine, 1);
  if (version < 2 || version > 5) fail(machine, `its protocol is ${version}; expected 2 to 5`);
}

/** A hint for readers of streams. */
function frame(machine: Machine): void {
  take(machine, 8);
}

function stop(machine: Machine): void {
  machine.done = true;
}

function mark(machine: Machine): void {
  machine.marks.push(machine.stack);
  machine.stack = [];
}

function drop(machine: Machine): void {
  if (machine.stack.length > 0) machine.stack.pop();
  else popMark(machine);
}

function dropMark(machine: Machine): void {
  popMark(machine);
}

export const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, protocol],
  [0x95, frame], // FRAME
  [0x2e, stop], // STOP
  [0x28, mark], // MARK
  [0x30, drop], // POP
  [0x31, dropMark], // POP_MARK
  [0x32, (m) => push(m, top(m))], // DUP
  [0x4e, (m) => push(m, null)],
  [0x88, (m) => push(m, true)],
  [0x89, (m) => push(m, false)],
  [0x4a, (m) => push(m, unsigned(m, 4) | 0)], // BININT
  [0x4b, (m) => push(m, unsigned(m, 1))],
  [0x4d, (m) => push(m, unsigned(m, 2))],
  [0x8a, (m) => integer(m, unsigned(m, 1))], // LONG1
  [0x8b, (m) => integer(m, unsigned(m, 4))],
  [0x47, float], // BINFLOAT
  [0x58, (m) => text(m, unsigned(m, 4))], // BINUNICODE
  [0x8c, (m) => text(m, unsigned(m, 1))],
  [0x8d, (m) => text(m, unsigned(m, 8))],
  [0x54, (m) => bytes(m, unsigned(m, 4))], // BINSTRING
  [0x55, (m) => bytes(m, unsigned(m, 1))],
  [0x42, (m) => bytes(m, unsigned(m, 4))], // BINBYTES
  [0x43, (m) => bytes(m, unsigned(m, 1))],
  [0x8e, (m) => bytes(m, unsigned(m, 8))],
  [0x96, (m) => bytes(m, unsigned(m, 8))], // BYTEARRAY8
  [0x5d, (m) => push(m, { kind: "list", items: [] })],
  [0x61, (m) => appendAll(m, [pop(m)], "list")], // APPEND
  [0x65, (m) => appendAll(m, popMark(m), "list")],
  [0x8f, (m) => push(m, { kind: "set", items: [] })],
  [0x90, (m) => appendAll(m, popMark(m), "set")], // ADDITEMS
  [0x91, (m) => push(m, { kind: "set", items: popMark(m) })], // FROZENSET
  [0x29, (m) => push(m, { kind: "tuple", items: [] })],
  [0x85, (m) => tuple(m, 1)],
  [0x86, (m) => tuple(m, 2)],
  [0x87, (m) => tuple(m, 3)],
  [0x74, (m) => push(m, { kind: "tuple", items: popMark(m) })], // TUPLE
  [0x7d, (m) => push(m, { kind: "dict", entries: new Map() })],
  [0x73, (m) => setAll(m, [pop(m), pop(m)].reverse())], // SETITEM
  [0x75, (m) => setAll(m, popMark(m))],
  [0x68, (m) => recall(m, unsigned(m, 1))], // BINGET
  [0x6a, (m) => recall(m, unsigned(m, 4))],
  [0x71, (m) => keep(m, unsigned(m, 1))], // BINPUT
  [0x72, (m) => keep(m, unsigned(m, 4))],
  [0x94, (m) => keep(m, m.memo.size)], // MEMOIZE
  [0x63, (m) => mention(m, `${line(m)}.${line(m)}`)], // GLOBAL
  [0x93, stackGlobal],
  [0x52, reduce],
  [0x81, reduce], // NEWOBJ
  [0x62, build],
  [0x51, persistent], // BINPERSID
]);
