import { defineTable, flag8, u32 } from '../columns/type.ts';

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
