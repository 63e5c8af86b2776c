import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where clean-up is registered: vitest's test context, or `suiteScope` for objects that live as long as a file. */
export interface Scope {
  onTestFinished(close: () => void | Promise<void>): void;
}

export interface ExecOptions {
  /** Added to the fixed environment (PATH, HOME, LC_ALL=C, TZ=UTC); nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this uid and gid, without supplementary groups; needs root outside. */
  readonly uid?: number;
  readonly cwd?: string;
  readonly input?: string | Buffer;
  /** Send a signal after so many milliseconds; the result then has `signal` set. */
  readonly stopAfterMs?: number;
  /** SIGTERM unless said. */
  readonly stopWith?: NodeJS.Signals;
}

export interface Outcome {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** null when a signal ended the program */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NetnsOptions {
  /** Files laid over /etc for programs inside, e.g. `{ hosts: '10.0.0.1 a\n' }`. */
  readonly etc?: Readonly<Record<string, string>>;
  /** Buckets of a TCP hash table of its own (Linux 6.1); without it the table is shared with the host. */
  readonly ehashEntries?: number;
  /** A pid namespace with its own /proc too: programs inside see only what runs inside, and pids count from 1. */
  readonly processes?: boolean;
  /** Paths below /proc/sys/net to values, written once. */
  readonly sysctls?: Readonly<Record<string, string | number>>;
}

/** A private network and mount namespace, ended by `close` or by the end of this process. */
export interface Netns {
  /** The process that holds the namespaces (with `processes`: the parent of the first one inside). */
  readonly pid: number;
  /** /proc/PID/ns/net, for setns(2) and `nsenter --net=`. */
  readonly path: string;
  /** A directory of its own that other uids may read and write. */
  readonly directory: string;
  exec(argv: readonly string[], options?: ExecOptions): Promise<Outcome>;
  spawn(argv: readonly string[], options?: ExecOptions): ChildProcess;
  /** `ip ARGS`; throws with its message when it fails. */
  ip(...args: readonly string[]): Promise<string>;
  /** `ip -batch -`: many commands at once, one per line. */
  batch(lines: readonly string[]): Promise<void>;
  /** Runs before the namespaces end, latest first. */
  beforeClose(action: () => Promise<void>): void;
  close(): Promise<void>;
}

export const isRoot: boolean = process.getuid?.() === 0;

/** No program of a test runs longer: what hangs is killed, and the result says so. */
const LONGEST_RUN_MS = 50_000;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const DEFAULT_SYSCTLS: Readonly<Record<string, string | number>> = {
  'ipv4/ip_unprivileged_port_start': 0,
  'ipv6/conf/all/accept_dad': 0,
  'ipv6/conf/default/accept_dad': 0,
  'ipv6/conf/default/dad_transmits': 0,
  'ipv6/conf/default/router_solicitations': 0,
  'ipv6/conf/default/accept_ra': 0,
  // Milliseconds; a new link reports its groups soon, and is quiet from then on.
  'ipv4/igmp_qrv': 1,
  'ipv4/conf/default/igmpv3_unsolicited_report_interval': 50,
  'ipv6/conf/default/mldv2_unsolicited_report_interval': 50,
};

/**
 * Runs in the new namespaces: $1 is the directory, then NAME=VALUE sysctls. /etc gets an overlay; where the kernel has none,
 * files that exist are bind-mounted. Ends when standard input closes, hence with the process that made it, and takes the directory along.
 */
const HOLDER = `
set -e
dir=$1; shift
if [ -d "$dir/etc" ]; then
  mount -t overlay overlay -o "lowerdir=$dir/etc:/etc" /etc 2>/dev/null ||
    for f in "$dir"/etc/*; do mount --bind "$f" "/etc/\${f##*/}"; done
fi
for s in "$@"; do echo "\${s#*=}" 2>/dev/null > "/proc/sys/net/\${s%%=*}" || :; done
ip link set lo up
trap '' INT TERM
echo ready
cat > /dev/null
rm -rf "$dir"
`;

function holderCommand(directory: string, options: NetnsOptions): string[] {
  const user = isRoot ? [] : ['-r'];
  const processes = options.processes ? ['--pid', '--fork', '--mount-proc', '--kill-child'] : [];
  const sysctls = Object.entries({ ...DEFAULT_SYSCTLS, ...options.sysctls }).map(([k, v]) => `${k}=${v}`);
  const inner = ['-n', '-m', ...processes, 'sh', '-c', HOLDER, 'sh', directory, ...sysctls];
  if (options.ehashEntries === undefined) return ['unshare', ...user, ...inner];
  // The size of a child's table is a sysctl of the parent namespace: an intermediate one keeps the host's untouched.
  const outer = `echo ${options.ehashEntries} > /proc/sys/net/ipv4/tcp_child_ehash_entries && exec unshare "$@"`;
  return ['unshare', ...user, '-n', 'sh', '-c', outer, 'sh', ...inner];
}

function makeDirectory(options: NetnsOptions): string {
  const directory = mkdtempSync(join(tmpdir(), 'sockdiag-'));
  chmodSync(directory, 0o777);
  if (options.etc !== undefined) {
    mkdirSync(join(directory, 'etc'));
    for (const [name, text] of Object.entries(options.etc)) {
      const path = join(directory, 'etc', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  return directory;
}

/** The holder's first line, or the reason why there is none. */
function started(holder: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = '';
    holder.stderr?.on('data', (bytes: Buffer) => {
      errors += bytes;
    });
    holder.stdout?.once('data', () => resolve());
    holder.once('error', reject);
    holder.once('exit', (status) => reject(new Error(`no network namespace (status ${status}): ${errors.trim()}`)));
  });
}

/** The only child of a process: what nsenter forked to get into a pid namespace. It passes on how that child ends. */
function childOf(parent: number): number | undefined {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) return Number(name);
    } catch {}
  }
  return undefined;
}

type Stop = (child: ChildProcess, signal: NodeJS.Signals) => void;

const stopItself: Stop = (child, signal) => void child.kill(signal);

const stopForked: Stop = (child, signal) => {
  const pid = childOf(child.pid!);
  if (pid !== undefined) process.kill(pid, signal);
};

async function collect(child: ChildProcess, options: ExecOptions, stop: Stop): Promise<Outcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);
  const timer = setTimeout(
    () => stop(child, options.stopAfterMs === undefined ? 'SIGKILL' : (options.stopWith ?? 'SIGTERM')),
    options.stopAfterMs ?? LONGEST_RUN_MS,
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), status, signal });
    });
  });
}

/** Makes the namespaces and registers their end with `scope`; with `undefined` the caller closes. */
export async function netns(scope: Scope | undefined, options: NetnsOptions = {}): Promise<Netns> {
  const directory = makeDirectory(options);
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  const [command, ...args] = holderCommand(directory, options);
  const holder = spawn(command!, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH } });
  const held = new HeldNetns(holder.pid!, directory, options.processes === true, async () => {
    if (holder.exitCode === null && holder.signalCode === null) {
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end();
      await ended;
    }
    removeDirectory();
  });
  scope?.onTestFinished(() => held.close());
  await started(holder);
  return held;
}

class HeldNetns implements Netns {
  readonly pid: number;
  readonly path: string;
  readonly directory: string;
  readonly #forks: boolean;
  readonly #end: () => Promise<void>;
  readonly #before: (() => Promise<void>)[] = [];

  constructor(pid: number, directory: string, forks: boolean, end: () => Promise<void>) {
    this.pid = pid;
    this.path = `/proc/${pid}/ns/net`;
    this.directory = directory;
    this.#forks = forks;
    this.#end = end;
  }

  beforeClose(action: () => Promise<void>): void {
    this.#before.push(action);
  }

  async close(): Promise<void> {
    for (const action of this.#before.splice(0).reverse()) await action();
    await this.#end();
  }

  spawn(argv: readonly string[], options: ExecOptions = {}): ChildProcess {
    const user = isRoot ? [] : ['-U', '--preserve-credentials'];
    const processes = this.#forks ? [`--pid=/proc/${this.pid}/ns/pid_for_children`] : [];
    const enter = ['-t', String(this.pid), '-n', '-m', ...user, ...processes];
    const { uid } = options;
    if (uid !== undefined && !isRoot) throw new Error('another uid needs root');
    const become = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const chdir = ['env', '-C', options.cwd ?? process.cwd()];
    return spawn('nsenter', [...enter, '--', ...become, ...chdir, ...argv], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH, HOME: '/', LC_ALL: 'C', TZ: 'UTC', ...options.env },
    });
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Promise<Outcome> {
    return collect(this.spawn(argv, options), options, this.#forks ? stopForked : stopItself);
  }

  async ip(...args: readonly string[]): Promise<string> {
    const { stdout, stderr, status } = await this.exec(['ip', ...args]);
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
    return stdout.toString();
  }

  async batch(lines: readonly string[]): Promise<void> {
    const { stderr, status } = await this.exec(['ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });
    if (status !== 0) throw new Error(`ip -batch: ${stderr}`);
  }
}
