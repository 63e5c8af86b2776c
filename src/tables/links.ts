import { defineTable, dict, enum8, lladdr, str, u8, u16, u32, u64 } from '../columns/type.ts';

/** By IF_OPER_* number. linux/if.h. */
export const OPERSTATES: readonly string[] = [
  'unknown',
  'notpresent',
  'down',
  'lowerlayerdown',
  'testing',
  'dormant',
  'up',
];

const STATS = { nullable: true, basic: true } as const;

/**
 * Network devices. Netlink: RTM_GETLINK (`ifinfomsg`, IFLA_*, 64-bit IFLA_STATS64); procfs: /proc/net/dev for names and
 * counters, /sys/class/net/NAME for the rest. Counters: the 16 columns of /proc/net/dev; where that file adds several
 * kernel counters the sum is given, and the parts have columns of their own.
 */
export const links = defineTable('links', {
  index: u32({
    doc: 'Device index',
    netlink: 'ifi_index',
    procfs: '/sys/class/net/NAME/ifindex',
    nullable: true,
    basic: true,
  }),
  name: dict({ doc: 'Device name', netlink: 'IFLA_IFNAME', procfs: '/proc/net/dev', basic: true }),
  type: u16({
    doc: 'ARPHRD_* hardware type',
    netlink: 'ifi_type',
    procfs: '/sys/class/net/NAME/type',
    nullable: true,
    basic: true,
  }),
  flags: u32({
    doc: 'IFF_* bits',
    netlink: 'ifi_flags',
    procfs: '/sys/class/net/NAME/flags',
    nullable: true,
    basic: true,
  }),
  mtu: u32({
    doc: 'MTU',
    unit: 'bytes',
    netlink: 'IFLA_MTU',
    procfs: '/sys/class/net/NAME/mtu',
    nullable: true,
    basic: true,
  }),
  txqlen: u32({
    doc: 'Transmit queue length',
    unit: 'packets',
    netlink: 'IFLA_TXQLEN',
    procfs: '/sys/class/net/NAME/tx_queue_len',
    nullable: true,
    basic: true,
  }),
  operstate: enum8(OPERSTATES, {
    doc: 'IF_OPER_* state, in the words of sysfs',
    netlink: 'IFLA_OPERSTATE',
    procfs: '/sys/class/net/NAME/operstate',
    nullable: true,
    basic: true,
  }),
  master: u32({
    doc: 'Index of the bridge, bond or VRF it belongs to',
    netlink: 'IFLA_MASTER',
    nullable: true,
    basic: true,
  }),
  address: lladdr({
    doc: 'Hardware address',
    netlink: 'IFLA_ADDRESS',
    procfs: '/sys/class/net/NAME/address',
    nullable: true,
    basic: true,
  }),
  kind: dict({ doc: 'Kind of virtual device: veth, bridge, vlan …', netlink: 'IFLA_INFO_KIND', basic: true }),
  alias: str({ doc: 'Alias text', netlink: 'IFLA_IFALIAS', nullable: true }),
  memStart: u64({ doc: 'Shared memory start', netlink: 'IFLA_MAP', nullable: true }),
  memEnd: u64({ doc: 'Shared memory end', netlink: 'IFLA_MAP', nullable: true }),
  baseAddr: u16({ doc: 'I/O base address', netlink: 'IFLA_MAP', nullable: true }),
  irq: u8({ doc: 'Interrupt', netlink: 'IFLA_MAP', nullable: true }),
  dma: u8({ doc: 'DMA channel', netlink: 'IFLA_MAP', nullable: true }),
  port: u8({ doc: 'Media port', netlink: 'IFLA_MAP', nullable: true }),
  rxBytes: u64({ ...STATS, doc: 'Bytes received', unit: 'bytes', netlink: 'rx_bytes', procfs: 'bytes' }),
  rxPackets: u64({ ...STATS, doc: 'Packets received', netlink: 'rx_packets', procfs: 'packets' }),
  rxErrors: u64({ ...STATS, doc: 'Receive errors', netlink: 'rx_errors', procfs: 'errs' }),
  rxDropped: u64({
    ...STATS,
    doc: 'Dropped on receive, missed included',
    netlink: 'rx_dropped + rx_missed_errors',
    procfs: 'drop',
  }),
  rxFifo: u64({ ...STATS, doc: 'Receive FIFO overruns', netlink: 'rx_fifo_errors', procfs: 'fifo' }),
  rxFrame: u64({
    ...STATS,
    doc: 'Framing errors',
    netlink: 'rx_length_errors + rx_over_errors + rx_crc_errors + rx_frame_errors',
    procfs: 'frame',
  }),
  rxCompressed: u64({ ...STATS, doc: 'Compressed packets received', netlink: 'rx_compressed', procfs: 'compressed' }),
  multicast: u64({ ...STATS, doc: 'Multicast packets received', netlink: 'multicast', procfs: 'multicast' }),
  txBytes: u64({ ...STATS, doc: 'Bytes sent', unit: 'bytes', netlink: 'tx_bytes', procfs: 'bytes' }),
  txPackets: u64({ ...STATS, doc: 'Packets sent', netlink: 'tx_packets', procfs: 'packets' }),
  txErrors: u64({ ...STATS, doc: 'Transmit errors', netlink: 'tx_errors', procfs: 'errs' }),
  txDropped: u64({ ...STATS, doc: 'Dropped on transmit', netlink: 'tx_dropped', procfs: 'drop' }),
  txFifo: u64({ ...STATS, doc: 'Transmit FIFO errors', netlink: 'tx_fifo_errors', procfs: 'fifo' }),
  collisions: u64({ ...STATS, doc: 'Collisions', netlink: 'collisions', procfs: 'colls' }),
  txCarrier: u64({
    ...STATS,
    doc: 'Carrier errors',
    netlink: 'tx_carrier_errors + tx_aborted_errors + tx_window_errors + tx_heartbeat_errors',
    procfs: 'carrier',
  }),
  txCompressed: u64({ ...STATS, doc: 'Compressed packets sent', netlink: 'tx_compressed', procfs: 'compressed' }),
});

export type LinksSchema = (typeof links)['columns'];
