import { defineTable, str, u32, u64 } from '../columns/type.ts';

/**
 * What a process is called and where it belongs: one row for each process number asked for. Every column but `pid` is null
 * when the process has ended, when its number was given to another one meanwhile, or when it may not be looked at.
 */
export const processes = defineTable('processes', {
  pid: u32({ doc: 'Process (thread group) id', procfs: '/proc/PID', basic: true }),
  uid: u32({ doc: 'Effective user', procfs: 'owner of /proc/PID', nullable: true }),
  startTime: u64({
    doc: 'When it started; with the pid, its identity',
    unit: 'clock ticks since boot',
    procfs: '/proc/PID/stat field 22',
    nullable: true,
    basic: true,
  }),
  comm: str({
    doc: 'Name: 15 bytes, more of kernel threads; any bytes',
    procfs: '/proc/PID/stat field 2',
    nullable: true,
    basic: true,
  }),
  cmdline: str({
    doc: 'Arguments, each ended by NUL; empty: a kernel thread or a process that has exited',
    procfs: '/proc/PID/cmdline',
    nullable: true,
  }),
  exe: str({
    doc: 'Path of the program',
    procfs: '/proc/PID/exe',
    nullable: true,
    privilege: 'CAP_SYS_PTRACE for processes of others',
  }),
  cgroup: str({ doc: 'Control groups, one hierarchy a line', procfs: '/proc/PID/cgroup', nullable: true }),
  netns: u64({
    doc: 'Inode of its network namespace',
    procfs: '/proc/PID/ns/net',
    nullable: true,
    privilege: 'CAP_SYS_PTRACE for processes of others',
  }),
});

export type ProcessesSchema = (typeof processes)['columns'];
