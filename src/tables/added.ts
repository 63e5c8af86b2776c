import { enum8, str, u32 } from '../columns/type.ts';

/** Columns that a query adds to those of a table. */

/**
 * Why nobody is known to hold a socket:
 *
 * - `time-wait`: its process has closed it, and the kernel keeps the rest of the connection for a minute
 * - `not-accepted`: the connection still waits for accept(2) in the queue of a listener
 * - `closed`: its process has closed it, and the kernel still ends the connection
 * - `permission`: the caller may not look at all processes
 * - `other-pid-namespace`: the caller lives in a pid namespace, and whoever holds it may live outside
 * - `vanished`: it was closed while owners were looked for
 * - `kernel`: no process has a descriptor of it: NFS, WireGuard, io_uring, or on its way to another process
 */
export const OWNER_REASONS = [
  'time-wait',
  'not-accepted',
  'closed',
  'permission',
  'other-pid-namespace',
  'vanished',
  'kernel',
] as const;

const LINKS = '/proc/PID/fd';

/** Columns that `owners: true` adds; a socket with several holders shows the one with the lowest process number. */
export const OWNER_COLUMNS = {
  pid: u32({ doc: 'Lowest process number that holds it', procfs: LINKS, nullable: true, basic: true }),
  process: str({ doc: 'Name of that process', procfs: '/proc/PID/comm', nullable: true, basic: true }),
  holders: u32({ doc: 'Descriptors that refer to it', procfs: LINKS, basic: true }),
  ownerReason: enum8(OWNER_REASONS, { doc: 'Why nobody is known to hold it', nullable: true, basic: true }),
} as const;

/** What may have become of a row between two readings. */
export const CHANGES = ['added', 'removed', 'changed'] as const;

/** Of two readings that are compared. */
export const CHANGE_COLUMNS = {
  change: enum8(CHANGES, {
    doc: 'Since the earlier reading: added, removed, or changed (with the later values)',
    basic: true,
  }),
} as const;

/** Of rows from several network namespaces. */
export const NETNS_COLUMNS = {
  netns: str({ doc: 'Network namespace: its name, else its number', basic: true }),
} as const;
