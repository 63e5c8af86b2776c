import type { CommandLine, OwnOptions, Stop } from './command-line.ts';
import { ownError } from './own-options.ts';
import { isReport } from './report/is-report.ts';

/** Options that contradict each other, which only the complete command line shows. */
export function ownConflict({ own: options, ...line }: CommandLine): Stop | undefined {
  const conflict = CONFLICTS.find(({ wrong }) => wrong(options, line));
  return conflict === undefined ? undefined : ownError(conflict.name, conflict.message);
}

interface Conflict {
  readonly name: string;
  readonly message: string;
  readonly wrong: (options: OwnOptions, line: Omit<CommandLine, 'own'>) => boolean;
}

/** Letters that choose what is listed; `-4` and `-6` narrow a table down. */
function choosesSections({ mode, protocols, families, groups, bluetooth }: Omit<CommandLine, 'own'>): boolean {
  const narrowing = families.every((family) => family === 'inet' || family === 'inet6');
  const chosen = groups || bluetooth.l2cap || bluetooth.rfcomm || Object.values(protocols).includes(true);
  return mode !== 'sockets' || chosen || !narrowing;
}

const CONFLICTS: readonly Conflict[] = [
  {
    name: 'record',
    message: 'not together with --replay',
    wrong: ({ record, replay }) => record !== null && replay !== null,
  },
  {
    name: 'record',
    message: 'not together with -c or --diff: a recording is of one reading',
    wrong: ({ record, capture, diff }, { continuous }) => (record ?? capture) !== null && (continuous || diff),
  },
  {
    name: 'capture',
    message: 'not together with --record or --replay',
    wrong: ({ capture, record, replay }) => capture !== null && (record !== null || replay !== null),
  },
  {
    name: 'replay',
    message: 'not together with --source: a recording is the source',
    wrong: ({ replay, source: from }) => replay !== null && from !== 'auto',
  },
  {
    name: 'replay',
    message: 'not together with --netns: a recording is of one network namespace',
    wrong: ({ replay, netns: place }) => replay !== null && place !== null,
  },
  {
    name: 'interval',
    message: 'only with -c or --diff',
    wrong: ({ intervalMs, diff }, { continuous }) => intervalMs !== null && !continuous && !diff,
  },
  {
    name: 'diff',
    message: 'not together with --replay: a recording does not change',
    wrong: ({ diff, replay }) => diff && replay !== null,
  },
  {
    name: 'diff',
    message: 'not together with --by',
    wrong: ({ diff, by }) => diff && by !== null,
  },
  {
    name: 'by',
    message: 'not together with --columns: each key is a column',
    wrong: ({ by, columns }) => by !== null && columns !== null,
  },
  {
    name: 'table',
    message: 'not together with options that choose what is listed',
    wrong: ({ tables }, line) => tables !== null && choosesSections(line),
  },
  {
    name: 'no-header',
    message: 'only for lists of sockets, or with --csv, --columns and the like',
    wrong: ({ noHeader, ...own }, line) =>
      noHeader && (line.mode !== 'sockets' || line.groups) && !isReport({ ...line, own: { ...own, noHeader } }),
  },
  {
    name: 'ss-precedence',
    message: 'only with --filter',
    wrong: ({ ssPrecedence, filter }) => ssPrecedence && filter === null,
  },
];
