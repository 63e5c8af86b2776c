import { readFileSync, readlinkSync } from 'node:fs';
import type { Warning } from '../columns/table.ts';
import { OWNER_REASONS } from '../tables/added.ts';
import {
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from '../uapi/tcp-states.ts';

export { OWNER_REASONS };

export type OwnerReason = (typeof OWNER_REASONS)[number];

/** What a scan for owners could not see. */
export interface ScanFacts {
  /** Processes whose descriptors could not all be read. */
  readonly unreadable: number;
  /** Processes of others are not even listed (hidepid). */
  readonly hidden: boolean;
  /** The caller is in a pid namespace of its own: processes outside have no number there. */
  readonly inner: boolean;
  /** Inodes of the sockets that were still there when the scan had ended; undefined = not looked again. */
  readonly alive?: ReadonlySet<number>;
}

/** What the reason depends on in a row. */
export interface Unowned {
  /** 0 = it has none. */
  readonly inode: number;
  /** TCP_*; undefined = the table has no such column. */
  readonly state: number | undefined;
}

/** Without inode: a connection of which the process does not know yet. Unix sockets that wait for accept(2) show SYN_SENT. */
const UNACCEPTED: ReadonlySet<number | undefined> = new Set([
  TCP_ESTABLISHED,
  TCP_SYN_SENT,
  TCP_SYN_RECV,
  TCP_CLOSE_WAIT,
]);

/** Without inode: a socket that was closed, and whose peer has not agreed yet. */
const CLOSED: ReadonlySet<number | undefined> = new Set([TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_LAST_ACK, TCP_CLOSING]);

/** Why nobody is known to hold the socket of a row. */
export function ownerReason({ inode, state }: Unowned, facts: ScanFacts): OwnerReason {
  if (inode === 0) {
    if (state === TCP_TIME_WAIT) return 'time-wait';
    if (UNACCEPTED.has(state)) return 'not-accepted';
    return CLOSED.has(state) ? 'closed' : 'kernel';
  }
  if (facts.alive?.has(inode) === false) return 'vanished';
  if (facts.unreadable > 0 || facts.hidden) return 'permission';
  return facts.inner ? 'other-pid-namespace' : 'kernel';
}

/** Kernel: inode of the first pid namespace, PROC_PID_INIT_INO of include/linux/proc_ns.h. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';
/** linux/capability.h. */
const CAP_SYS_PTRACE = 19n;

/** What the scan that gave these warnings could not see, below the procfs mount `root`. */
export function scanFacts(warnings: readonly Warning[], root = '/proc'): ScanFacts {
  const unreadable = warnings.reduce((sum, { code, count = 0 }) => sum + (code === 'unreadable' ? count : 0), 0);
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(textOf(`${root}/self/status`))?.[1] ?? '0';
  const traces = ((BigInt(`0x${capabilities}`) >> CAP_SYS_PTRACE) & 1n) === 1n;
  const hidden = !traces && hidesProcesses(textOf(`${root}/self/mountinfo`), root, groups());
  return { unreadable, hidden, inner: isInner(root) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function groups(): readonly number[] {
  return [...(process.getgroups?.() ?? []), process.getegid?.() ?? -1];
}

function isInner(root: string): boolean {
  try {
    return readlinkSync(`${root}/self/ns/pid`) !== FIRST_PID_NAMESPACE;
  } catch {
    return false;
  }
}

/**
 * Does the procfs mounted there hide processes of others from a caller without CAP_SYS_PTRACE? `mountinfo`: lines
 * `ID PARENT DEV ROOT MOUNTPOINT OPTIONS … - proc SOURCE SUPEROPTIONS`, the last one of a mount point being on top.
 * Kernel: hidepid=1 (noaccess) lists them, and then refuses; its group `gid` is exempt from both.
 */
export function hidesProcesses(mountinfo: string, root: string, groups: readonly number[]): boolean {
  const mounts = mountinfo.split('\n').map((line) => line.split(' '));
  const mount = mounts.findLast((fields) => fields[4] === root && fields[fields.indexOf('-') + 1] === 'proc');
  const options = mount?.at(-1)?.split(',') ?? [];
  const option = (name: string) => options.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const exempt = option('gid');
  if (exempt !== undefined && groups.includes(Number(exempt))) return false;
  return ['2', 'invisible', '4', 'ptraceable'].includes(option('hidepid') ?? '');
}
