/**
 * The sentences of `netstat -s`: what each counter of /proc/net/{snmp,netstat,snmp6,sctp/snmp} is printed as. Rows are in
 * the order kernels print the counters; those no current kernel has stand at the end of their table.
 */

/**
 * How a counter is printed. `always`: also when it is 0; `nonzero`: else not. `input`, `output`: a line of that ICMP
 * histogram, unless it is 0. `never`: not at all.
 *
 * Quirk: `unreachable` ones are in net-tools' tables, but not where its binary search looks for them (statistics.c), so
 * that they are printed like unknown counters, as `NAME: VALUE` unless 0. Scripts on Debian 12 match these lines.
 */
export type CounterRule = 'always' | 'nonzero' | 'input' | 'output' | 'never' | 'unreachable';

/** Name as the kernel prints it, rule, and sentence with `#` where the value stands. */
export type CounterRow = readonly [name: string, rule: CounterRule, sentence?: string];

/** The part of a command line that switches a section: -w, -t, -u, -S. */
export type StatisticsPart = 'raw' | 'tcp' | 'udp' | 'sctp';

export interface StatisticsSection {
  readonly title: string;
  readonly part: StatisticsPart;
  readonly counters: readonly CounterRow[];
}

const IP: readonly CounterRow[] = [
  ['Forwarding', 'unreachable'],
  ['DefaultTTL', 'never'],
  ['InReceives', 'always', '# total packets received'],
  ['InHdrErrors', 'nonzero', '# with invalid headers'],
  ['InAddrErrors', 'nonzero', '# with invalid addresses'],
  ['ForwDatagrams', 'always', '# forwarded'],
  ['InUnknownProtos', 'nonzero', '# with unknown protocol'],
  ['InDiscards', 'always', '# incoming packets discarded'],
  ['InDelivers', 'always', '# incoming packets delivered'],
  ['OutRequests', 'always', '# requests sent out'],
  ['OutDiscards', 'nonzero', '# outgoing packets dropped'],
  ['OutNoRoutes', 'nonzero', '# dropped because of missing route'],
  ['ReasmTimeout', 'nonzero', '# fragments dropped after timeout'],
  ['ReasmReqds', 'nonzero', '# reassemblies required'],
  ['ReasmOKs', 'nonzero', '# packets reassembled ok'],
  ['ReasmFails', 'nonzero', '# packet reassemblies failed'],
  ['FragOKs', 'nonzero', '# outgoing packets fragmented ok'],
  ['FragFails', 'nonzero', '# outgoing packets failed fragmentation'],
  ['FragCreates', 'nonzero', '# fragments created'],
];

const ICMP: readonly CounterRow[] = [
  ['InMsgs', 'always', '# ICMP messages received'],
  ['InErrors', 'always', '# input ICMP message failed'],
  ['InDestUnreachs', 'input', 'destination unreachable: #'],
  ['InTimeExcds', 'input', 'timeout in transit: #'],
  ['InParmProbs', 'input', 'wrong parameters: #'],
  ['InSrcQuenchs', 'input', 'source quenches: #'],
  ['InRedirects', 'input', 'redirects: #'],
  ['InEchos', 'input', 'echo requests: #'],
  ['InEchoReps', 'input', 'echo replies: #'],
  ['InTimestamps', 'input', 'timestamp request: #'],
  ['InTimestampReps', 'input', 'timestamp reply: #'],
  ['InAddrMasks', 'input', 'address mask request: #'],
  ['InAddrMaskReps', 'input', 'address mask replies: #'],
  ['OutMsgs', 'always', '# ICMP messages sent'],
  ['OutErrors', 'always', '# ICMP messages failed'],
  ['OutDestUnreachs', 'output', 'destination unreachable: #'],
  ['OutTimeExcds', 'output', 'time exceeded: #'],
  ['OutParmProbs', 'output', 'wrong parameters: #'],
  ['OutSrcQuenchs', 'output', 'source quench: #'],
  ['OutRedirects', 'output', 'redirect: #'],
  ['OutEchos', 'output', 'echo requests: #'],
  ['OutEchoReps', 'output', 'echo replies: #'],
  ['OutTimestamps', 'output', 'timestamp requests: #'],
  ['OutTimestampReps', 'output', 'timestamp replies: #'],
  ['OutAddrMasks', 'output', 'address mask requests: #'],
  ['OutAddrMaskReps', 'output', 'address mask replies: #'],
];

const TCP: readonly CounterRow[] = [
  ['RtoAlgorithm', 'never'],
  ['RtoMin', 'never'],
  ['RtoMax', 'never'],
  ['MaxConn', 'never'],
  ['ActiveOpens', 'always', '# active connection openings'],
  ['PassiveOpens', 'always', '# passive connection openings'],
  ['AttemptFails', 'always', '# failed connection attempts'],
  ['EstabResets', 'always', '# connection resets received'],
  ['CurrEstab', 'always', '# connections established'],
  ['InSegs', 'always', '# segments received'],
  ['OutSegs', 'always', '# segments sent out'],
  ['RetransSegs', 'always', '# segments retransmitted'],
  ['InErrs', 'always', '# bad segments received'],
  ['OutRsts', 'always', '# resets sent'],
];

const UDP: readonly CounterRow[] = [
  ['InDatagrams', 'always', '# packets received'],
  ['NoPorts', 'always', '# packets to unknown port received'],
  ['InErrors', 'always', '# packet receive errors'],
  ['OutDatagrams', 'always', '# packets sent'],
  ['RcvbufErrors', 'always', '# receive buffer errors'],
  ['SndbufErrors', 'always', '# send buffer errors'],
];

const TCP_EXT: readonly CounterRow[] = [
  ['SyncookiesSent', 'nonzero', '# SYN cookies sent'],
  ['SyncookiesRecv', 'nonzero', '# SYN cookies received'],
  ['SyncookiesFailed', 'nonzero', '# invalid SYN cookies received'],
  ['EmbryonicRsts', 'nonzero', '# resets received for embryonic SYN_RECV sockets'],
  ['PruneCalled', 'nonzero', '# packets pruned from receive queue because of socket buffer overrun'],
  ['RcvPruned', 'nonzero', '# packets pruned from receive queue'],
  ['OfoPruned', 'nonzero', '# packets dropped from out-of-order queue because of socket buffer overrun'],
  ['OutOfWindowIcmps', 'nonzero', '# ICMP packets dropped because they were out-of-window'],
  ['LockDroppedIcmps', 'nonzero', '# ICMP packets dropped because socket was locked'],
  ['TW', 'nonzero', '# TCP sockets finished time wait in fast timer'],
  ['TWRecycled', 'nonzero', '# time wait sockets recycled by time stamp'],
  ['TWKilled', 'unreachable'],
  ['PAWSActive', 'nonzero', '# active connections rejected because of time stamp'],
  ['PAWSEstab', 'nonzero', '# packets rejected in established connections because of timestamp'],
  ['DelayedACKs', 'nonzero', '# delayed acks sent'],
  ['DelayedACKLocked', 'nonzero', '# delayed acks further delayed because of locked socket'],
  ['DelayedACKLost', 'nonzero', 'Quick ack mode was activated # times'],
  ['ListenOverflows', 'nonzero', '# times the listen queue of a socket overflowed'],
  ['ListenDrops', 'nonzero', '# SYNs to LISTEN sockets dropped'],
  ['TCPHPHits', 'always', '# packet headers predicted'],
  ['TCPPureAcks', 'nonzero', '# acknowledgments not containing data payload received'],
  ['TCPHPAcks', 'nonzero', '# predicted acknowledgments'],
  ['TCPRenoRecovery', 'nonzero', '# times recovered from packet loss due to fast retransmit'],
  ['TCPSackRecovery', 'unreachable'],
  ['TCPSACKReneging', 'unreachable'],
  ['TCPSACKReorder', 'nonzero', 'Detected reordering # times using SACK'],
  ['TCPRenoReorder', 'nonzero', 'Detected reordering # times using reno fast retransmit'],
  ['TCPTSReorder', 'nonzero', 'Detected reordering # times using time stamp'],
  ['TCPFullUndo', 'nonzero', '# congestion windows fully recovered without slow start'],
  ['TCPPartialUndo', 'nonzero', '# congestion windows partially recovered using Hoe heuristic'],
  ['TCPDSACKUndo', 'unreachable'],
  ['TCPLossUndo', 'nonzero', '# congestion windows recovered without slow start after partial ack'],
  ['TCPRenoFailures', 'nonzero', '# timeouts after reno fast retransmit'],
  ['TCPSackFailures', 'unreachable'],
  ['TCPLossFailures', 'nonzero', '# timeouts in loss state'],
  ['TCPFastRetrans', 'nonzero', '# fast retransmits'],
  ['TCPSlowStartRetrans', 'nonzero', '# retransmits in slow start'],
  ['TCPTimeouts', 'unreachable'],
  ['TCPRenoRecoveryFail', 'unreachable'],
  ['TCPSackRecoveryFail', 'unreachable'],
  ['TCPRcvCollapsed', 'nonzero', '# packets collapsed in receive queue due to low socket buffer'],
  ['TCPDSACKOldSent', 'unreachable'],
  ['TCPDSACKOfoSent', 'unreachable'],
  ['TCPDSACKRecv', 'unreachable'],
  ['TCPDSACKOfoRecv', 'unreachable'],
  ['TCPAbortOnData', 'nonzero', '# connections reset due to unexpected data'],
  ['TCPAbortOnClose', 'nonzero', '# connections reset due to early user close'],
  ['TCPAbortOnMemory', 'nonzero', '# connections aborted due to memory pressure'],
  ['TCPAbortOnTimeout', 'nonzero', '# connections aborted due to timeout'],
  ['TCPAbortOnLinger', 'nonzero', '# connections aborted after user close in linger timeout'],
  ['TCPAbortFailed', 'nonzero', '# times unable to send RST due to no memory'],
  ['TCPMemoryPressures', 'nonzero', 'TCP ran low on memory # times'],
  ['PAWSPassive', 'nonzero', '# passive connections rejected because of time stamp'],
  ['SockMallocOOM', 'nonzero', 'Ran # times out of system memory during packet sending'],
  ['TCPAbortOnSyn', 'nonzero', '# connections reset due to unexpected SYN'],
  ['TCPDirectCopyFromBacklog', 'nonzero', '# bytes directly in process context from backlog'],
  ['TCPDirectCopyFromPrequeue', 'unreachable'],
  ['TCPDSackUndo', 'unreachable'],
  ['TCPFACKReorder', 'nonzero', 'Detected reordering # times using FACK'],
  ['TCPForwardRetrans', 'nonzero', '# forward retransmits'],
  ['TCPHPHitsToUser', 'nonzero', '# packet headers predicted and directly queued to user'],
  ['TCPLoss', 'unreachable'],
  ['TCPLostRetransmits', 'nonzero', '# retransmits lost'],
  ['TCPPrequeued', 'nonzero', '# packets directly queued to recvmsg prequeue'],
  ['TCPPrequeueDropped', 'unreachable'],
  ['TCPRenoRecoveryFailed', 'unreachable'],
  ['TCPSchedulerFailed', 'nonzero', '# times receiver scheduled too late for direct processing'],
];

const IP6: readonly CounterRow[] = [
  ['Ip6InReceives', 'always', '# total packets received'],
  ['Ip6InHdrErrors', 'nonzero', '# with invalid headers'],
  ['Ip6InTooBigErrors', 'nonzero', '# with packets too big'],
  ['Ip6InNoRoutes', 'nonzero', '# incoming packets with no route'],
  ['Ip6InAddrErrors', 'nonzero', '# with invalid addresses'],
  ['Ip6InUnknownProtos', 'nonzero', '# with unknown protocol'],
  ['Ip6InTruncatedPkts', 'nonzero', '# with truncated packets'],
  ['Ip6InDiscards', 'always', '# incoming packets discarded'],
  ['Ip6InDelivers', 'always', '# incoming packets delivered'],
  ['Ip6OutForwDatagrams', 'always', '# forwarded'],
  ['Ip6OutRequests', 'always', '# requests sent out'],
  ['Ip6OutDiscards', 'nonzero', '# outgoing packets dropped'],
  ['Ip6OutNoRoutes', 'nonzero', '# dropped because of missing route'],
  ['Ip6ReasmTimeout', 'nonzero', '# fragments dropped after timeout'],
  ['Ip6ReasmReqds', 'nonzero', '# reassemblies required'],
  ['Ip6ReasmOKs', 'nonzero', '# packets reassembled ok'],
  ['Ip6ReasmFails', 'nonzero', '# packet reassemblies failed'],
  ['Ip6FragOKs', 'nonzero', '# outgoing packets fragmented ok'],
  ['Ip6FragFails', 'nonzero', '# outgoing packets failed fragmentation'],
  ['Ip6FragCreates', 'nonzero', '# fragments created'],
  ['Ip6InMcastPkts', 'nonzero', '# incoming multicast packets'],
  ['Ip6OutMcastPkts', 'nonzero', '# outgoing multicast packets'],
];

/** Quirk: neighbour is spelled in two ways. */
const ICMP6: readonly CounterRow[] = [
  ['Icmp6InMsgs', 'always', '# ICMP messages received'],
  ['Icmp6InErrors', 'always', '# input ICMP message failed'],
  ['Icmp6OutMsgs', 'always', '# ICMP messages sent'],
  ['Icmp6InDestUnreachs', 'input', 'destination unreachable: #'],
  ['Icmp6InPktTooBigs', 'input', 'packets too big: #'],
  ['Icmp6InTimeExcds', 'input', 'received ICMPv6 time exceeded: #'],
  ['Icmp6InParmProblems', 'input', 'parameter problem: #'],
  ['Icmp6InEchos', 'input', 'echo requests: #'],
  ['Icmp6InEchoReplies', 'input', 'echo replies: #'],
  ['Icmp6InGroupMembQueries', 'input', 'group member queries: #'],
  ['Icmp6InGroupMembResponses', 'input', 'group member responses: #'],
  ['Icmp6InGroupMembReductions', 'input', 'group member reductions: #'],
  ['Icmp6InRouterSolicits', 'input', 'router solicits: #'],
  ['Icmp6InRouterAdvertisements', 'input', 'router advertisement: #'],
  ['Icmp6InNeighborSolicits', 'input', 'neighbour solicits: #'],
  ['Icmp6InNeighborAdvertisements', 'input', 'neighbour advertisement: #'],
  ['Icmp6InRedirects', 'input', 'redirects: #'],
  ['Icmp6OutDestUnreachs', 'output', 'destination unreachable: #'],
  ['Icmp6OutPktTooBigs', 'output', 'packets too big: #'],
  ['Icmp6OutTimeExcds', 'output', 'sent ICMPv6 time exceeded: #'],
  ['Icmp6OutParmProblems', 'output', 'parameter problem: #'],
  ['Icmp6OutEchos', 'output', 'echo requests: #'],
  ['Icmp6OutEchoReplies', 'output', 'echo replies: #'],
  ['Icmp6OutGroupMembQueries', 'output', 'group member queries: #'],
  ['Icmp6OutGroupMembResponses', 'output', 'group member responses: #'],
  ['Icmp6OutGroupMembReductions', 'output', 'group member reductions: #'],
  ['Icmp6OutRouterSolicits', 'output', 'router solicits: #'],
  ['Icmp6OutNeighborSolicits', 'output', 'neighbor solicits: #'],
  ['Icmp6OutNeighborAdvertisements', 'output', 'neighbor advertisements: #'],
  ['Icmp6OutRedirects', 'output', 'redirects: #'],
];

const UDP6: readonly CounterRow[] = [
  ['Udp6InDatagrams', 'always', '# packets received'],
  ['Udp6NoPorts', 'always', '# packets to unknown port received'],
  ['Udp6InErrors', 'always', '# packet receive errors'],
  ['Udp6OutDatagrams', 'always', '# packets sent'],
];

/** Quirk: two sentences end in a blank. */
const SCTP: readonly CounterRow[] = [
  ['SctpCurrEstab', 'always', '# Current Associations'],
  ['SctpActiveEstabs', 'always', '# Active Associations'],
  ['SctpPassiveEstabs', 'always', '# Passive Associations'],
  ['SctpAborteds', 'always', '# Number of Aborteds '],
  ['SctpShutdowns', 'always', '# Number of Graceful Terminations'],
  ['SctpOutOfBlues', 'always', '# Number of Out of Blue packets'],
  ['SctpChecksumErrors', 'always', '# Number of Packets with invalid Checksum'],
  ['SctpOutCtrlChunks', 'always', '# Number of control chunks sent'],
  ['SctpOutOrderChunks', 'always', '# Number of ordered chunks sent'],
  ['SctpOutUnorderChunks', 'always', '# Number of Unordered chunks sent'],
  ['SctpInCtrlChunks', 'always', '# Number of control chunks received'],
  ['SctpInOrderChunks', 'always', '# Number of ordered chunks received'],
  ['SctpInUnorderChunks', 'always', '# Number of Unordered chunks received'],
  ['SctpFragUsrMsgs', 'always', '# Number of messages fragmented'],
  ['SctpReasmUsrMsgs', 'always', '# Number of messages reassembled '],
  ['SctpOutSCTPPacks', 'always', '# Number of SCTP packets sent'],
  ['SctpInSCTPPacks', 'always', '# Number of SCTP packets received'],
];

/**
 * Sections that can be switched: those of the /proc files snmp, netstat and sctp/snmp, and those of snmp6. Every other
 * title is printed whatever the switches, all of it as unknown counters.
 */
export const INET_SECTIONS: readonly StatisticsSection[] = [
  { title: 'Ip', part: 'raw', counters: IP },
  { title: 'Icmp', part: 'raw', counters: ICMP },
  { title: 'Tcp', part: 'tcp', counters: TCP },
  { title: 'Udp', part: 'udp', counters: UDP },
  { title: 'TcpExt', part: 'tcp', counters: TCP_EXT },
  { title: 'Sctp', part: 'sctp', counters: SCTP },
];

/** Quirk: `Tcp6`, which no kernel prints, has the sentences of `Tcp` (statistics.c). */
export const INET6_SECTIONS: readonly StatisticsSection[] = [
  { title: 'Ip6', part: 'raw', counters: IP6 },
  { title: 'Icmp6', part: 'raw', counters: ICMP6 },
  { title: 'Udp6', part: 'udp', counters: UDP6 },
  { title: 'Tcp6', part: 'tcp', counters: TCP },
];
