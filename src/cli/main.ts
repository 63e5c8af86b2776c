import { adoptAddon, type LoadedAddon } from '../addon.ts';
import type { CommandLine, Mode } from './command-line.ts';
import { type Output, StandardOutput, type Status } from './output.ts';
import { type Invocation, parseCommandLine } from './parse.ts';
import { isReport } from './report/is-report.ts';
import { selectSockets } from './selection.ts';
import { selinuxEnabled } from './selinux.ts';
import { printSockets } from './socket-list.ts';

/** What a mode does with a command line: print, and give the exit status. */
export type Printer = (line: CommandLine, output: Output) => Promise<Status>;

/** Each mode but the first is loaded when it is asked for, so that none pays for the others at start. */
const PRINTERS: Readonly<Record<Mode, () => Promise<Printer>>> = {
  sockets: async () => printSockets,
  route: async () => (await import('./route-list.ts')).printRoutes,
  interfaces: async () => (await import('./interface-table.ts')).printInterfaces,
  masquerade: async () => (await import('./masquerade-list.ts')).printMasquerade,
  statistics: async () => (await import('./statistics-list.ts')).printStatistics,
};

/** What starts the command. */
export interface Starter {
  /** Is told of a run that printed a table, and whether it was netstat's list of Internet sockets. */
  readonly printed?: (internet: boolean) => void;
  /** What it has loaded. */
  readonly addon?: LoadedAddon | undefined;
}

export { leave } from './leave.ts';

/** The whole command: argv without node and script, to an exit status. Everything is written when it resolves. */
export async function main(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  { printed, addon }: Starter = {},
): Promise<Status> {
  adoptAddon(addon);
  const output = new StandardOutput();
  const parsed = parseCommandLine(words, invocationOf(env));
  if (parsed.kind === 'exit') {
    output.out(parsed.stdout);
    output.err(parsed.stderr);
    output.flush();
    return parsed.status;
  }
  output.err(parsed.warnings);
  const status = await run(parsed.commandLine, output);
  output.flush();
  if (status === 0) printed?.(listsInternet(parsed.commandLine));
  // netstat says nothing of lost output; what programs read must not pass for whole.
  if (output.failure === undefined || !isReport(parsed.commandLine)) return status;
  output.err(`sockdiag: standard output: ${output.failure}\n`);
  return status === 0 ? 1 : status;
}

function listsInternet(line: CommandLine): boolean {
  if (line.mode !== 'sockets' || line.own.document !== null || isReport(line)) return false;
  return selectSockets(line).sections.some(({ kind }) => kind === 'internet');
}

async function run(line: CommandLine, output: Output): Promise<Status> {
  if (line.own.document !== null) {
    output.out((await import('./document.ts')).documentText(line.own.document));
    return 0;
  }
  if (isReport(line)) return (await import('./report/report.ts')).printReport(line, output);
  if (line.own.filter !== null || line.own.netns !== null) {
    const wrong = await (await import('./report/notes.ts')).checkOwn(line.own, output);
    if (wrong !== undefined) return wrong;
  }
  return (await PRINTERS[line.mode]())(line, output);
}

/** NB: Node replaces argv[0]; whoever starts this program under another name can pass it in SOCKDIAG_ARGV0. */
function invocationOf(env: NodeJS.ProcessEnv): Invocation {
  return {
    program: env.SOCKDIAG_ARGV0 ?? /[^/]*$/.exec(process.argv[1] ?? 'netstat')![0],
    posixlyCorrect: env.POSIXLY_CORRECT !== undefined,
    selinuxEnabled: () => selinuxEnabled(),
  };
}
