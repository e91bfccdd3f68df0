// The recordings of the old server: what clients did, step by step, and what each of them received.
// `README.md` beside this file describes the language.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Transport = 'websocket' | 'polling' | 'upgrade';

/** What a client sends. Arguments may hold placeholders. */
export interface Emission {
  emit: string;
  event: string;
  args: unknown[];
}

/** One thing that happens; the capital letters in it are clients. */
export type Step =
  | { connect: string }
  | { disconnect: string }
  | { kill: string }
  | Emission
  | { emitAck: string; event: string; args: unknown[] }
  | { burst: Emission[] };

/** An event's name and its arguments; a lost connection is `['$disconnect']`. */
export type Message = [string, ...unknown[]];

/** What each client received, by its name in the scenario. */
export type Sequences = Record<string, Message[]>;

export interface Scenario {
  scenario: string;
  /** What it shows, in a sentence. */
  note: string;
  /** The transports over which it makes sense. */
  modes: Transport[];
  trace: {
    /** In each step, what each client had received when it was over. */
    steps: { step: Step; received: Sequences }[];
    perClient: Sequences;
    /** The ten scenarios that killed the old server say no. */
    serverAlive: boolean;
  };
}

/** All scenarios of a folder beside this file, by name. */
export function scenarios(folder: 'traces' | 'strict'): Map<string, Scenario> {
  const path = join(import.meta.dirname, folder);
  const read = (file: string) => JSON.parse(readFileSync(join(path, file), 'utf8')) as Scenario;
  return new Map(
    readdirSync(path)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => read(file))
      .map((scenario) => [scenario.scenario, scenario]),
  );
}

/** The value that a placeholder stands for, everywhere in `value`. */
export function filled(value: unknown, idOf: (client: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, idOf));
  if (typeof value !== 'object' || value === null) return value;
  const only = Object.keys(value).length === 1 ? Object.entries(value)[0]! : undefined;
  switch (only?.[0]) {
    case '$id':
      return idOf(only[1] as string);
    case '$bin':
      return Buffer.from(only[1] as string, 'hex');
    case '$repeat': {
      const [text, times] = only[1] as [string, number];
      return text.repeat(times);
    }
    case '$deep':
      return nested(only[1] as number);
    case '$lone':
      return 'x\ud800y';
  }
  return withMembers(value, (member) => filled(member, idOf));
}

/** What was received, as the recordings write it: the opposite of `filled`. */
export function written(value: unknown, nameOf: (id: string) => string | undefined): unknown {
  if (typeof value === 'string') {
    const name = nameOf(value);
    return name === undefined ? shortened(value) : { $id: name };
  }
  if (Buffer.isBuffer(value)) return { $bin: value.toString('hex') };
  if (Array.isArray(value)) return value.map((item) => written(item, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  const levels = depth(value);
  if (levels !== undefined && levels > 100) return { $deep: levels };
  return withMembers(value, (member) => written(member, nameOf));
}

/** One event as one line, in which the order of members counts. */
export function line([event, ...args]: Message): string {
  return `${event} ${JSON.stringify(args)}`;
}

function withMembers(object: object, change: (member: unknown) => unknown): object {
  // Not `Object.fromEntries`: a member may be called `__proto__`.
  const changed = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of Object.entries(object)) changed[key] = change(member);
  return changed;
}

/** A long text that only repeats its beginning; any other stays as it is. */
function shortened(text: string): unknown {
  const head = text.slice(0, 8);
  const repeats = text === head.repeat(Math.ceil(text.length / 8)).slice(0, text.length);
  return text.length > 1_000 && repeats ? { $long: text.length, head } : text;
}

function nested(levels: number): unknown {
  return levels === 0 ? 'bottom' : { in: nested(levels - 1) };
}

/** How deep a value of `nested` is, and nothing for every other value. */
function depth(value: unknown): number | undefined {
  let levels = 0;
  let inner = value;
  while (typeof inner === 'object' && inner !== null) {
    const [member, ...others] = Object.entries(inner);
    if (member?.[0] !== 'in' || others.length > 0) return undefined;
    inner = member[1] as unknown;
    levels += 1;
  }
  return inner === 'bottom' ? levels : undefined;
}
