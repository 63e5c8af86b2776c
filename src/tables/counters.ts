import { defineTable, dict, str, u64 } from '../columns/type.ts';

/**
 * SNMP counters, in file order. procfs: /proc/net/{snmp,netstat,snmp6,sctp/snmp}; no netlink family has them.
 * Values are 64 bit; a negative one in the file (MaxConn -1) is kept modulo 2^64.
 */
export const counters = defineTable('counters', {
  file: dict({ doc: 'File below /proc/net', procfs: 'file name', basic: true }),
  section: dict({
    doc: 'Section: Ip, Icmp, Tcp, TcpExt, Ip6 …',
    procfs: 'line title, or key up to the first 6',
    basic: true,
  }),
  name: str({ doc: 'Name as the kernel prints it', procfs: 'key', basic: true }),
  value: u64({ doc: 'Value', procfs: 'value', basic: true }),
});

export type CountersSchema = (typeof counters)['columns'];

/** Where a section begins in a table: also one without counters, and one whose title was there before. */
export interface CountersSection {
  readonly file: string;
  readonly title: string;
  /** Row of its first counter, or of whatever comes next. */
  readonly row: number;
}
