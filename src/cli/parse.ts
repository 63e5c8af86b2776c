import type { CommandLine, Draft, Stop } from './command-line.ts';
import { newDraft } from './command-line.ts';
import { getoptLong, type LongOption, type OptionTable, type ShortOption } from './getopt.ts';
import { type Flag, type Host, LETTER_FLAGS, NAMED_FLAGS } from './options.ts';
import { ownConflict } from './own-conflicts.ts';
import { encodeBytes, OWN_FLAGS } from './own-options.ts';
import { usageStop } from './usage.ts';

export interface Invocation extends Host {
  /** argv[0] as this program was invoked; only option errors show it. */
  readonly program: string;
  /** The environment has POSIXLY_CORRECT, with whatever value. */
  readonly posixlyCorrect: boolean;
}

export type Parsed =
  | {
      readonly kind: 'run';
      readonly commandLine: CommandLine;
      /** Lines for stderr, to be written before anything else; mostly ''. */
      readonly warnings: string;
    }
  | { readonly kind: 'exit'; readonly stdout: Uint8Array; readonly stderr: Uint8Array; readonly status: number };

function longOption(flag: Flag, exactOnly: boolean): LongOption<Flag> {
  const shared = flag.group === 'family' && flag.letter === '';
  const value = shared ? 'family' : `${flag.letter}:${flag.name}`;
  return { name: flag.name, takesArgument: flag.argument !== '', value, exactOnly, option: flag };
}

function shortOption(flag: Flag): [string, ShortOption<Flag>] {
  return [flag.letter, { takesArgument: flag.argument !== '', option: flag }];
}

export const OPTION_TABLE: OptionTable<Flag> = {
  short: new Map([...NAMED_FLAGS.filter((row) => row.letter !== ''), ...LETTER_FLAGS].map(shortOption)),
  long: [...NAMED_FLAGS.map((row) => longOption(row, false)), ...OWN_FLAGS.map((row) => longOption(row, true))],
};

/**
 * The words behind argv[0] to what they ask for, or to the way the run ends at once. Pure and total: it never throws,
 * and asks the invocation about SELinux only when `-Z` is met.
 *
 * NB: Node has replaced bytes of argv that are not UTF-8 before they get here.
 */
export function parseCommandLine(words: readonly string[], invocation: Invocation): Parsed {
  const draft = newDraft();
  const stop = applyOptions(draft, words, invocation) ?? modeConflict(draft) ?? ownConflict(draft.line);
  const warnings = draft.warnings.map((line) => `${line}\n`).join('');
  if (stop === undefined) return { kind: 'run', commandLine: draft.line, warnings };
  const stdout = Buffer.from(stop.stdout, 'latin1');
  const stderr = Buffer.from(warnings + stop.stderr, 'latin1');
  return { kind: 'exit', stdout, stderr, status: stop.status };
}

/** Strictly left to right: whatever ends the run ends it before later options are looked at. */
function applyOptions(draft: Draft, words: readonly string[], invocation: Invocation): Stop | undefined {
  const settings = { program: encodeBytes(invocation.program), posixlyCorrect: invocation.posixlyCorrect };
  for (const found of getoptLong(OPTION_TABLE, words.map(encodeBytes), settings)) {
    if (found.kind === 'positional') continue;
    const stop =
      found.kind === 'error' ? usageStop(found.message) : found.option.apply(draft, found.argument, invocation);
    if (stop !== undefined) return stop;
  }
  return undefined;
}

/** Modes exclude each other, and Quirk: a repeated mode excludes itself. */
function modeConflict(draft: Draft): Stop | undefined {
  if (draft.modes.length > 1) return usageStop();
  draft.line.mode = draft.modes[0] ?? 'sockets';
  return undefined;
}
