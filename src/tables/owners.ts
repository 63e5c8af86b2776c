import { defineTable, flag8, str, u32, u64 } from '../columns/type.ts';
import { processes } from './processes.ts';

/**
 * Who holds a socket: one row per (process, descriptor). A socket may have many holders (inherited, passed, pre-fork).
 * Source: BPF walk over the descriptor tables, or /proc/PID/fd links `socket:[INODE]`. Needs CAP_SYS_PTRACE and
 * CAP_DAC_READ_SEARCH for processes of other users.
 */
export const owners = defineTable('owners', {
  inode: u32({ doc: 'Inode of the socket', procfs: '/proc/PID/fd/FD', basic: true }),
  pid: u32({ doc: 'Process (thread group) id in the pid namespace of the reader', procfs: '/proc/PID', basic: true }),
  tid: u32({ doc: 'Thread whose descriptor table holds it', procfs: '/proc/PID/task/TID', basic: true }),
  fd: u32({ doc: 'Descriptor number', procfs: '/proc/PID/fd/FD', basic: true }),
  leader: flag8({ doc: 'The table is that of the thread group leader, the one netstat reads', basic: true }),
});

export type OwnersSchema = (typeof owners)['columns'];

const { exe, cmdline, uid, netns } = processes.columns;
const CGROUP = '/proc/PID/cgroup';

/** Owners and, on request, who they are; see `processes` for when a value is null. */
export const namedOwners = defineTable('owners', {
  ...owners.columns,
  comm: str({ doc: 'Name of the process, any bytes', procfs: '/proc/PID/stat field 2', nullable: true }),
  exe,
  cmdline,
  uid,
  user: str({
    doc: 'Name of the effective user, its number when it has none',
    procfs: 'owner of /proc/PID',
    nullable: true,
  }),
  startTime: u64({
    doc: 'When the process started; with the pid, its identity',
    unit: 'clock ticks since boot',
    procfs: '/proc/PID/stat field 22',
    nullable: true,
  }),
  cgroup: str({ doc: "Path of the control group: cgroup v2, else systemd's own", procfs: CGROUP, nullable: true }),
  unit: str({ doc: 'systemd unit', procfs: CGROUP, nullable: true }),
  container: str({ doc: 'Container id: Docker, Podman, CRI-O, containerd, LXC', procfs: CGROUP, nullable: true }),
  pod: str({ doc: 'uid of the Kubernetes pod', procfs: CGROUP, nullable: true }),
  netns,
});

export type NamedOwnersSchema = (typeof namedOwners)['columns'];
