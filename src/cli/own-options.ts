import type {
  ColourChoice,
  Draft,
  Netns,
  OutputFormat,
  OwnOptions,
  Shell,
  SourceChoice,
  Stop,
} from './command-line.ts';
import type { ArgumentValues, Flag } from './options.ts';
import { errorStop } from './usage.ts';

type OwnSwitch = { [K in keyof OwnOptions]: OwnOptions[K] extends boolean ? K : never }[keyof OwnOptions];

/** Option errors beyond netstat's grammar have netstat's status, but name this program and print no usage. */
const OPTION_ERROR = 3;

export function ownError(name: string, message: string): Stop {
  return errorStop(`sockdiag: --${name}: ${message}`, OPTION_ERROR);
}

/** How an argument is called in the manual, and what it may be. */
interface Argument {
  readonly argument: string;
  readonly values?: ArgumentValues;
}

const NO_ARGUMENT: Argument = { argument: '' };

function words(kind: 'word' | 'list', argument: string, allowed: readonly string[]): Argument {
  return { argument, values: { kind, words: allowed } };
}

function kindOf(argument: string, kind: 'file' | 'netns' | 'text'): Argument {
  return { argument, values: { kind } };
}

function own(name: string, argument: Argument, help: string, apply: Flag['apply']): Flag {
  return { letter: '', name, ...argument, group: 'own', help, apply };
}

function toggle(name: string, field: OwnSwitch, help: string): Flag {
  return own(name, NO_ARGUMENT, help, (draft) => {
    draft.line.own[field] = true;
    return undefined;
  });
}

function output(name: Exclude<OutputFormat, 'netstat'>, help: string): Flag {
  return own(name, NO_ARGUMENT, help, (draft) => {
    const earlier = draft.line.own.format;
    if (earlier !== 'netstat' && earlier !== name) return ownError(name, `not together with --${earlier}`);
    draft.line.own.format = name;
    return undefined;
  });
}

/** An argument that must not be empty, kept as text. */
function text(name: 'filter' | 'sort' | 'record' | 'replay' | 'capture', argument: Argument, help: string): Flag {
  return own(name, argument, help, (draft, value) => {
    if (value === '') return ownError(name, `${argument.argument} is empty`);
    draft.line.own[name] = decodeBytes(value);
    return undefined;
  });
}

/** A comma separated list, each word once; a second list replaces the first. */
function list(name: string, field: 'columns' | 'by' | 'tables', help: string, allowed?: readonly string[]): Flag {
  const argument = allowed === undefined ? kindOf('LIST', 'text') : words('list', 'LIST', allowed);
  return own(name, argument, help, (draft, value) => {
    const chosen = decodeBytes(value).split(',');
    const wrong = chosen.find((word) => word === '' || (allowed !== undefined && !allowed.includes(word)));
    if (wrong === '') return ownError(name, 'LIST has an empty word');
    if (wrong !== undefined) return ownError(name, `'${encodeBytes(wrong)}' is not one of ${allowed?.join(', ')}`);
    draft.line.own[field] = [...new Set(chosen)];
    return undefined;
  });
}

/** One of some words. */
function choice<W extends string>(
  name: string,
  allowed: readonly W[],
  help: string,
  set: (options: Draft['line']['own'], chosen: W) => void,
): Flag {
  return own(name, words('word', allowed.join('|'), allowed), help, (draft, value) => {
    const chosen = allowed.find((word) => word === value);
    if (chosen === undefined) return ownError(name, `'${value}' is not one of ${allowed.join(', ')}`);
    set(draft.line.own, chosen);
    return undefined;
  });
}

/** Tables `--table` knows: those of the library. */
export const TABLE_NAMES = [
  'sockets',
  'unix',
  'packet',
  'netlink',
  'vsock',
  'sctp',
  'mptcp',
  'routes',
  'rules',
  'neighbours',
  'links',
  'addresses',
  'groups',
  'counters',
  'owners',
] as const;

export type TableName = (typeof TABLE_NAMES)[number];

export const GROUPING_KEYS: readonly string[] = ['state', 'remote', 'port', 'process', 'user', 'unit'];

const SOURCES: readonly SourceChoice[] = ['auto', 'netlink', 'procfs'];

/** Largest pid a Linux kernel gives out (PID_MAX_LIMIT). */
const LARGEST_PID = 4_194_304;

/** `all`, a process number, or a name below /run/netns. */
export function parseNetns(value: string): Netns | undefined {
  if (value === 'all') return { kind: 'all' };
  if (/^[0-9]+$/.test(value)) {
    const pid = Number(value);
    return pid > 0 && pid <= LARGEST_PID ? { kind: 'pid', pid } : undefined;
  }
  if (value === '' || value === '.' || value === '..' || value.includes('/') || value.includes('\0')) return undefined;
  return { kind: 'name', name: decodeBytes(value) };
}

function netns(draft: Draft, value: string): Stop | undefined {
  const chosen = parseNetns(value);
  if (chosen === undefined) return ownError('netns', `'${value}' is neither a namespace name, a pid nor 'all'`);
  draft.line.own.netns = chosen;
  return undefined;
}

const COLOURS: readonly ColourChoice[] = ['auto', 'always', 'never'];

/** Longest pause, a day. */
const LONGEST_S = 86_400;

function interval(draft: Draft, value: string): Stop | undefined {
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
  if (seconds < 0.01 || seconds > LONGEST_S) {
    return ownError('interval', `'${value}' is not a number of seconds from 0.01 to ${LONGEST_S}`);
  }
  draft.line.own.intervalMs = Math.round(seconds * 1000);
  return undefined;
}

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

function document(kind: 'man' | 'json-schema'): Flag['apply'] {
  return (draft) => {
    draft.line.own.document = kind;
    return undefined;
  };
}

/**
 * Options netstat does not have. Long names only, known by their exact name only, so that no letter and no
 * abbreviation of netstat's changes its meaning.
 */
export const OWN_FLAGS: readonly Flag[] = [
  list('table', 'tables', 'these tables, in this order, instead of what letters choose', TABLE_NAMES),
  text('filter', kindOf('EXPR', 'text'), 'only rows for which the expression holds'),
  output('json', 'one JSON document'),
  output('ndjson', 'one JSON object a line'),
  output('csv', 'comma separated values'),
  output('prometheus', 'text exposition for Prometheus: for counts, counters and devices'),
  own('json-schema', NO_ARGUMENT, 'print the JSON Schema of JSON output and exit', document('json-schema')),
  list('columns', 'columns', 'which columns, in this order'),
  text('sort', kindOf('KEY', 'text'), 'sort rows by this column, -KEY the largest first'),
  list('by', 'by', 'count rows by these keys', GROUPING_KEYS),
  toggle('info', 'info', 'add what the kernel knows of each connection (tcp_info)'),
  toggle('memory', 'memory', 'add socket memory'),
  toggle('diff', 'diff', 'read again and again, and print only what was added, removed or changed'),
  own('interval', kindOf('SECONDS', 'text'), 'pause between two readings of -c and --diff, default 1', interval),
  own('netns', kindOf('NAME|PID|all', 'netns'), 'look into another network namespace', netns),
  choice('source', SOURCES, 'where rows come from', (options, chosen) => {
    options.source = chosen;
  }),
  toggle('verbose-source', 'verboseSource', 'say on stderr where rows came from'),
  toggle('help-columns', 'helpColumns', 'list the columns and exit'),
  own('help-options', NO_ARGUMENT, 'list the options netstat does not have and exit', ownHelpStop),
  choice('color', COLOURS, 'colours in tables for people', (options, chosen) => {
    options.color = chosen;
  }),
  toggle('no-header', 'noHeader', 'no titles and column headers'),
  toggle('ss-precedence', 'ssPrecedence', 'filters bind from left to right, as in ss'),
  text('record', kindOf('FILE', 'file'), 'keep the raw answers of the kernel in a file'),
  text('capture', kindOf('FILE', 'file'), 'keep what the kernel says of TCP sockets as ss -D does'),
  text('replay', kindOf('FILE', 'file'), 'read such a file instead of asking the kernel'),
  choice('completion', SHELLS, 'print the completion script of a shell and exit', (options, chosen) => {
    options.document = chosen;
  }),
  own('man', NO_ARGUMENT, 'print the manual page (mdoc) and exit', document('man')),
  toggle('consistent', 'consistent', 'read twice and join, so that no lasting socket is missed'),
];

/** The own options, one a line. */
export function ownHelp(): string {
  const rows = OWN_FLAGS.map((row) => [optionText(row), row.help] as const);
  const width = Math.max(0, ...rows.map(([option]) => option.length));
  return rows.map(([option, help]) => `  ${option.padEnd(width)}  ${help}\n`).join('');
}

function ownHelpStop(): Stop {
  return { stdout: ownHelp(), stderr: '', status: 0 };
}

function optionText(row: Flag): string {
  return row.argument === '' ? `--${row.name}` : `--${row.name} ${row.argument}`;
}

/** Text as a byte string, one character per byte of its UTF-8 form. */
export function encodeBytes(words: string): string {
  return Buffer.from(words, 'utf8').toString('latin1');
}

export function decodeBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
