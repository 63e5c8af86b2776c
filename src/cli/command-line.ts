/** What the command line asked for, and how a run ends that prints nothing else. */

export type Mode = 'sockets' | 'route' | 'interfaces' | 'statistics' | 'masquerade';

export type Protocol = 'tcp' | 'sctp' | 'udp' | 'udplite' | 'raw';

/** Members of netstat's family string; `ec` is what the word `econet` adds. */
export type Family =
  | 'inet'
  | 'inet6'
  | 'unix'
  | 'ipx'
  | 'ax25'
  | 'x25'
  | 'netrom'
  | 'rose'
  | 'ddp'
  | 'ec'
  | 'ash'
  | 'bluetooth';

export type OutputFormat = 'netstat' | 'json' | 'ndjson' | 'csv' | 'prometheus';

/** When text is coloured. */
export type ColourChoice = 'auto' | 'always' | 'never';

export type SourceChoice = 'auto' | 'netlink' | 'procfs';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Where to look: the namespace of this process (null in `OwnOptions`), one of ip-netns(8), a process's, or each. */
export type Netns =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'all' };

/** Options netstat does not have. null: not given. */
export interface OwnOptions {
  /** Tables by name, instead of those that letters choose. */
  readonly tables: readonly string[] | null;
  readonly filter: string | null;
  readonly format: OutputFormat;
  readonly columns: readonly string[] | null;
  readonly sort: string | null;
  readonly by: readonly string[] | null;
  readonly info: boolean;
  readonly memory: boolean;
  readonly netns: Netns | null;
  readonly source: SourceChoice;
  readonly verboseSource: boolean;
  readonly helpColumns: boolean;
  readonly noHeader: boolean;
  readonly ssPrecedence: boolean;
  readonly record: string | null;
  readonly replay: string | null;
  readonly capture: string | null;
  readonly consistent: boolean;
  /** Only what is different from one reading to the next. */
  readonly diff: boolean;
  /** Between two readings; null = a second, as netstat. */
  readonly intervalMs: number | null;
  readonly color: ColourChoice;
  /** A completion script, the manual page or the schema of JSON output is asked for instead of a table. */
  readonly document: Shell | 'man' | 'json-schema' | null;
}

export interface CommandLine {
  readonly mode: Mode;
  readonly protocols: Readonly<Record<Protocol, boolean>>;
  /** In the order given, duplicates included: `-r` and `-s` depend on both. */
  readonly families: readonly Family[];
  readonly bluetooth: { readonly l2cap: boolean; readonly rfcomm: boolean };
  readonly groups: boolean;
  readonly all: boolean;
  readonly listening: boolean;
  readonly numeric: { readonly hosts: boolean; readonly ports: boolean; readonly users: boolean };
  /** `-N`. Quirk: makes route names and sctp addresses numeric. */
  readonly symbolic: boolean;
  /** How often `-e` was given. */
  readonly extend: number;
  readonly programs: boolean;
  readonly timers: boolean;
  readonly wide: boolean;
  readonly continuous: boolean;
  readonly verbose: boolean;
  readonly fib: boolean;
  readonly cache: boolean;
  /** `-Z` on a machine with SELinux; `programs` is then set too. */
  readonly context: boolean;
  readonly own: OwnOptions;
}

/** The run is over: two streams and a status. Texts are byte strings, as in getopt.ts. */
export interface Stop {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

/** A command line while its options are being read. */
export interface Draft {
  readonly line: Omit<Mutable<CommandLine>, 'own'> & {
    own: Omit<Mutable<OwnOptions>, 'netns'> & { netns: Netns | null };
  };
  /** Every mode option met, repetitions included. */
  readonly modes: Exclude<Mode, 'sockets'>[];
  /** Lines for stderr that do not end the run. */
  readonly warnings: string[];
}

export function newDraft(): Draft {
  return {
    line: {
      mode: 'sockets',
      protocols: { tcp: false, sctp: false, udp: false, udplite: false, raw: false },
      families: [],
      bluetooth: { l2cap: false, rfcomm: false },
      groups: false,
      all: false,
      listening: false,
      numeric: { hosts: false, ports: false, users: false },
      symbolic: false,
      extend: 0,
      programs: false,
      timers: false,
      wide: false,
      continuous: false,
      verbose: false,
      fib: false,
      cache: false,
      context: false,
      own: newOwnOptions(),
    },
    modes: [],
    warnings: [],
  };
}

function newOwnOptions(): Draft['line']['own'] {
  return {
    tables: null,
    filter: null,
    format: 'netstat',
    columns: null,
    sort: null,
    by: null,
    info: false,
    memory: false,
    netns: null,
    source: 'auto',
    verboseSource: false,
    helpColumns: false,
    noHeader: false,
    ssPrecedence: false,
    record: null,
    replay: null,
    capture: null,
    consistent: false,
    diff: false,
    intervalMs: null,
    color: 'auto',
    document: null,
  };
}
