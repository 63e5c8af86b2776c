#ifndef SOCKDIAG_COLUMNS_SCHEMA_H_
#define SOCKDIAG_COLUMNS_SCHEMA_H_

// Column ids and physical types: the twin of src/tables/. A column's id is its place in its table's list; the order,
// names, kinds and nullability are compared with the TypeScript side when the addon is loaded.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sockdiag {

enum class Kind : uint8_t {
  kU8,
  kU16,
  kU32,
  kI32,
  kU64,
  kAddr,  // 16 bytes, network order; IPv4 in the first 4, the rest 0
  kDict,  // u16 code into a list of strings, 0 = null
  kStr,   // u32 offsets, one more than rows, into a heap of raw bytes
};

// Bytes one cell takes.
constexpr size_t KindWidth(Kind kind) {
  constexpr size_t kWidths[] = {1, 2, 4, 4, 8, 16, 2, 4};
  return kWidths[static_cast<size_t>(kind)];
}

constexpr const char* KindName(Kind kind) {
  constexpr const char* kNames[] = {"u8", "u16", "u32", "i32", "u64", "addr", "dict", "str"};
  return kNames[static_cast<size_t>(kind)];
}

struct ColumnSchema {
  // Name with a capital first letter; Name() gives it as TypeScript has it.
  const char* capitalised;
  Kind kind;
  // One validity byte per row goes with the column, 1 = present.
  bool nullable;

  std::string Name() const {
    std::string name(capitalised);
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    return name;
  }
};

struct TableSchema {
  const char* name;
  std::span<const ColumnSchema> columns;
};

// X(Name, kind, nullable)

// clang-format off
#define SOCKDIAG_SOCKETS_COLUMNS(X) \
  X(Netid, kU8, false) \
  X(Family, kU8, false) \
  X(Protocol, kU16, false) \
  X(State, kU8, false) \
  X(LocalAddress, kAddr, false) \
  X(LocalPort, kU16, false) \
  X(RemoteAddress, kAddr, false) \
  X(RemotePort, kU16, false) \
  X(Interface, kU32, true) \
  X(RecvQ, kU32, false) \
  X(SendQ, kU32, false) \
  X(BacklogMax, kU32, true) \
  X(Timer, kU8, false) \
  X(TimerMs, kU32, false) \
  X(Retransmits, kU8, false) \
  X(Probes, kU8, false) \
  X(Uid, kU32, false) \
  X(Inode, kU32, false) \
  X(Cookie, kU64, true) \
  X(RefCount, kU32, true) \
  X(Drops, kU32, true) \
  X(Shutdown, kU8, true) \
  X(Ipv6only, kU8, true) \
  X(Tos, kU8, true) \
  X(Tclass, kU8, true) \
  X(ClassId, kU32, true) \
  X(Mark, kU32, true) \
  X(CgroupId, kU64, true) \
  X(Cgroup, kDict, true) \
  X(Sockopt, kU16, true) \
  X(RawProtocol, kU8, true) \
  X(Congestion, kDict, true) \
  X(Ulp, kDict, true) \
  X(Md5Keys, kU16, true) \
  X(MemRmem, kU32, true) \
  X(MemWmem, kU32, true) \
  X(MemFmem, kU32, true) \
  X(MemTmem, kU32, true) \
  X(SkmemRmemAlloc, kU32, true) \
  X(SkmemRcvbuf, kU32, true) \
  X(SkmemWmemAlloc, kU32, true) \
  X(SkmemSndbuf, kU32, true) \
  X(SkmemFwdAlloc, kU32, true) \
  X(SkmemWmemQueued, kU32, true) \
  X(SkmemOptmem, kU32, true) \
  X(SkmemBacklog, kU32, true) \
  X(VegasEnabled, kU32, true) \
  X(VegasRttcnt, kU32, true) \
  X(VegasRtt, kU32, true) \
  X(VegasMinrtt, kU32, true) \
  X(DctcpEnabled, kU16, true) \
  X(DctcpCeState, kU16, true) \
  X(DctcpAlpha, kU32, true) \
  X(DctcpAbEcn, kU32, true) \
  X(DctcpAbTot, kU32, true) \
  X(BbrBw, kU64, true) \
  X(BbrMinRtt, kU32, true) \
  X(BbrPacingGain, kU32, true) \
  X(BbrCwndGain, kU32, true) \
  X(TlsVersion, kU16, true) \
  X(TlsCipher, kU16, true) \
  X(TlsTxConf, kU16, true) \
  X(TlsRxConf, kU16, true) \
  X(SubflowTokenRem, kU32, true) \
  X(SubflowTokenLoc, kU32, true) \
  X(SubflowRelwriteSeq, kU32, true) \
  X(SubflowMapSeq, kU64, true) \
  X(SubflowMapSfseq, kU32, true) \
  X(SubflowSsnOffset, kU32, true) \
  X(SubflowMapDatalen, kU16, true) \
  X(SubflowFlags, kU32, true) \
  X(SubflowIdRem, kU8, true) \
  X(SubflowIdLoc, kU8, true) \
  X(CaState, kU8, true) \
  X(Backoff, kU8, true) \
  X(Options, kU8, true) \
  X(SndWscale, kU8, true) \
  X(RcvWscale, kU8, true) \
  X(AppLimited, kU8, true) \
  X(FastopenClientFail, kU8, true) \
  X(Rto, kU32, true) \
  X(Ato, kU32, true) \
  X(SndMss, kU32, true) \
  X(RcvMss, kU32, true) \
  X(Unacked, kU32, true) \
  X(Sacked, kU32, true) \
  X(Lost, kU32, true) \
  X(Retrans, kU32, true) \
  X(Fackets, kU32, true) \
  X(LastDataSent, kU32, true) \
  X(LastDataRecv, kU32, true) \
  X(LastAckRecv, kU32, true) \
  X(Pmtu, kU32, true) \
  X(RcvSsthresh, kU32, true) \
  X(Rtt, kU32, true) \
  X(Rttvar, kU32, true) \
  X(SndSsthresh, kU32, true) \
  X(SndCwnd, kU32, true) \
  X(Advmss, kU32, true) \
  X(Reordering, kU32, true) \
  X(RcvRtt, kU32, true) \
  X(RcvSpace, kU32, true) \
  X(TotalRetrans, kU32, true) \
  X(PacingRate, kU64, true) \
  X(MaxPacingRate, kU64, true) \
  X(BytesAcked, kU64, true) \
  X(BytesReceived, kU64, true) \
  X(SegsOut, kU32, true) \
  X(SegsIn, kU32, true) \
  X(NotsentBytes, kU32, true) \
  X(MinRtt, kU32, true) \
  X(DataSegsIn, kU32, true) \
  X(DataSegsOut, kU32, true) \
  X(DeliveryRate, kU64, true) \
  X(BusyTime, kU64, true) \
  X(RwndLimited, kU64, true) \
  X(SndbufLimited, kU64, true) \
  X(Delivered, kU32, true) \
  X(DeliveredCe, kU32, true) \
  X(BytesSent, kU64, true) \
  X(BytesRetrans, kU64, true) \
  X(DsackDups, kU32, true) \
  X(ReordSeen, kU32, true) \
  X(RcvOoopack, kU32, true) \
  X(SndWnd, kU32, true) \
  X(RcvWnd, kU32, true) \
  X(Rehash, kU32, true) \
  X(TotalRto, kU16, true) \
  X(TotalRtoRecoveries, kU16, true) \
  X(TotalRtoTime, kU32, true) \
  X(ReceivedCe, kU32, true) \
  X(DeliveredE1Bytes, kU32, true) \
  X(DeliveredE0Bytes, kU32, true) \
  X(DeliveredCeBytes, kU32, true) \
  X(ReceivedE1Bytes, kU32, true) \
  X(ReceivedE0Bytes, kU32, true) \
  X(ReceivedCeBytes, kU32, true) \
  X(MptcpSubflows, kU8, true) \
  X(MptcpAddAddrSignal, kU8, true) \
  X(MptcpAddAddrAccepted, kU8, true) \
  X(MptcpSubflowsMax, kU8, true) \
  X(MptcpAddAddrSignalMax, kU8, true) \
  X(MptcpAddAddrAcceptedMax, kU8, true) \
  X(MptcpFlags, kU32, true) \
  X(MptcpToken, kU32, true) \
  X(MptcpWriteSeq, kU64, true) \
  X(MptcpSndUna, kU64, true) \
  X(MptcpRcvNxt, kU64, true) \
  X(MptcpLocalAddrUsed, kU8, true) \
  X(MptcpLocalAddrMax, kU8, true) \
  X(MptcpCsumEnabled, kU8, true) \
  X(MptcpRetransmits, kU32, true) \
  X(MptcpBytesRetrans, kU64, true) \
  X(MptcpBytesSent, kU64, true) \
  X(MptcpBytesReceived, kU64, true) \
  X(MptcpBytesAcked, kU64, true) \
  X(MptcpSubflowsTotal, kU8, true) \
  X(MptcpLastDataSent, kU32, true) \
  X(MptcpLastDataRecv, kU32, true) \
  X(MptcpLastAckRecv, kU32, true)

#define SOCKDIAG_UNIX_COLUMNS(X) \
  X(Type, kU8, false) \
  X(State, kU8, false) \
  X(Connection, kU8, false) \
  X(Inode, kU32, false) \
  X(Path, kStr, true) \
  X(RefCount, kU32, true) \
  X(Protocol, kU32, true) \
  X(Flags, kU32, true) \
  X(Cookie, kU64, true) \
  X(VfsInode, kU32, true) \
  X(VfsDevice, kU32, true) \
  X(Peer, kU32, true) \
  X(Pending, kU32, true) \
  X(RecvQ, kU32, true) \
  X(SendQ, kU32, true) \
  X(BacklogMax, kU32, true) \
  X(SkmemRmemAlloc, kU32, true) \
  X(SkmemRcvbuf, kU32, true) \
  X(SkmemWmemAlloc, kU32, true) \
  X(SkmemSndbuf, kU32, true) \
  X(Shutdown, kU8, true) \
  X(Uid, kU32, true)

#define SOCKDIAG_PACKET_COLUMNS(X) \
  X(Type, kU8, false) \
  X(Protocol, kU16, false) \
  X(Inode, kU32, false) \
  X(Cookie, kU64, true) \
  X(Interface, kU32, true) \
  X(Running, kU8, true) \
  X(Uid, kU32, true) \
  X(RecvQ, kU32, true) \
  X(Drops, kU32, true) \
  X(RefCount, kU32, true) \
  X(Version, kU32, true) \
  X(Flags, kU32, true) \
  X(Fanout, kU32, true)

#define SOCKDIAG_NETLINK_COLUMNS(X) \
  X(Type, kU8, true) \
  X(Protocol, kU8, false) \
  X(State, kU8, true) \
  X(Portid, kI32, false) \
  X(Groups, kU32, true) \
  X(Inode, kU32, false) \
  X(Cookie, kU64, true) \
  X(RecvQ, kU32, true) \
  X(SendQ, kU32, true) \
  X(Drops, kU32, true) \
  X(RefCount, kU32, true)

#define SOCKDIAG_VSOCK_COLUMNS(X) \
  X(Type, kU8, false) \
  X(State, kU8, false) \
  X(LocalCid, kU32, false) \
  X(LocalPort, kU32, false) \
  X(RemoteCid, kU32, false) \
  X(RemotePort, kU32, false) \
  X(Shutdown, kU8, false) \
  X(Inode, kU32, false) \
  X(Cookie, kU64, false)

#define SOCKDIAG_LINKS_COLUMNS(X) \
  X(Index, kU32, true) \
  X(Name, kDict, true) \
  X(Type, kU16, true) \
  X(Flags, kU32, true) \
  X(Mtu, kU32, true) \
  X(Txqlen, kU32, true) \
  X(Operstate, kU8, true) \
  X(Master, kU32, true) \
  X(Address, kStr, true) \
  X(Kind, kDict, true) \
  X(Alias, kStr, true) \
  X(MemStart, kU64, true) \
  X(MemEnd, kU64, true) \
  X(BaseAddr, kU16, true) \
  X(Irq, kU8, true) \
  X(Dma, kU8, true) \
  X(Port, kU8, true) \
  X(RxBytes, kU64, true) \
  X(RxPackets, kU64, true) \
  X(RxErrors, kU64, true) \
  X(RxDropped, kU64, true) \
  X(RxFifo, kU64, true) \
  X(RxFrame, kU64, true) \
  X(RxCompressed, kU64, true) \
  X(Multicast, kU64, true) \
  X(TxBytes, kU64, true) \
  X(TxPackets, kU64, true) \
  X(TxErrors, kU64, true) \
  X(TxDropped, kU64, true) \
  X(TxFifo, kU64, true) \
  X(Collisions, kU64, true) \
  X(TxCarrier, kU64, true) \
  X(TxCompressed, kU64, true)

#define SOCKDIAG_ADDRESSES_COLUMNS(X) \
  X(Family, kU8, false) \
  X(Interface, kU32, false) \
  X(Label, kDict, true) \
  X(Address, kAddr, false) \
  X(PrefixLength, kU8, false) \
  X(Peer, kAddr, true) \
  X(Broadcast, kAddr, true) \
  X(Scope, kU8, true) \
  X(ScopeId, kU8, true) \
  X(Flags, kU32, true) \
  X(PreferredLifetime, kU32, true) \
  X(ValidLifetime, kU32, true) \
  X(Protocol, kU8, true)

#define SOCKDIAG_ROUTES_COLUMNS(X) \
  X(Family, kU8, false) \
  X(Table, kU32, true) \
  X(Type, kU8, true) \
  X(Protocol, kU8, true) \
  X(Scope, kU8, true) \
  X(Destination, kAddr, false) \
  X(DestinationLength, kU8, false) \
  X(Source, kAddr, true) \
  X(SourceLength, kU8, true) \
  X(Gateway, kAddr, false) \
  X(Via, kAddr, true) \
  X(PreferredSource, kAddr, true) \
  X(Interface, kU32, true) \
  X(Device, kDict, true) \
  X(Metric, kI32, false) \
  X(Flags, kU32, false) \
  X(RefCount, kI32, true) \
  X(Use, kI32, true) \
  X(Mss, kU32, true) \
  X(Window, kU32, true) \
  X(Irtt, kU32, true) \
  X(Mtu, kU32, true) \
  X(Advmss, kU32, true) \
  X(Weight, kU32, true) \
  X(Hop, kU32, true) \
  X(NexthopId, kU32, true) \
  X(Tos, kU8, true) \
  X(Expires, kU32, true)

#define SOCKDIAG_RULES_COLUMNS(X) \
  X(Family, kU8, false) \
  X(Priority, kU32, false) \
  X(Source, kAddr, true) \
  X(SourceLength, kU8, false) \
  X(Destination, kAddr, true) \
  X(DestinationLength, kU8, false) \
  X(InputDevice, kDict, true) \
  X(OutputDevice, kDict, true) \
  X(Mark, kU32, true) \
  X(MarkMask, kU32, true) \
  X(Action, kU8, false) \
  X(Table, kU32, false) \
  X(Tos, kU8, false) \
  X(Flags, kU32, false)

#define SOCKDIAG_NEIGHBOURS_COLUMNS(X) \
  X(Family, kU8, false) \
  X(Interface, kU32, true) \
  X(Address, kAddr, false) \
  X(Lladdr, kStr, true) \
  X(State, kU16, true) \
  X(Flags, kU8, false) \
  X(Type, kU8, true) \
  X(Probes, kU32, true) \
  X(Confirmed, kU32, true) \
  X(Used, kU32, true) \
  X(Updated, kU32, true)
// clang-format on

#define SOCKDIAG_COLUMN_ID(Name, kind, nullable) k##Name,

// NB: plain enumerations, one scope per table: an id converts to uint16_t, the type of ids of any table.
struct SocketsColumn {
  enum : uint16_t { SOCKDIAG_SOCKETS_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct UnixColumn {
  enum : uint16_t { SOCKDIAG_UNIX_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct PacketColumn {
  enum : uint16_t { SOCKDIAG_PACKET_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct NetlinkColumn {
  enum : uint16_t { SOCKDIAG_NETLINK_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct VsockColumn {
  enum : uint16_t { SOCKDIAG_VSOCK_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct LinksColumn {
  enum : uint16_t { SOCKDIAG_LINKS_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct AddressesColumn {
  enum : uint16_t { SOCKDIAG_ADDRESSES_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct RoutesColumn {
  enum : uint16_t { SOCKDIAG_ROUTES_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct RulesColumn {
  enum : uint16_t { SOCKDIAG_RULES_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

struct NeighboursColumn {
  enum : uint16_t { SOCKDIAG_NEIGHBOURS_COLUMNS(SOCKDIAG_COLUMN_ID) kCount };
};

#undef SOCKDIAG_COLUMN_ID

extern const TableSchema kSocketsTable;
extern const TableSchema kUnixTable;
extern const TableSchema kPacketTable;
extern const TableSchema kNetlinkTable;
extern const TableSchema kVsockTable;
extern const TableSchema kLinksTable;
extern const TableSchema kAddressesTable;
extern const TableSchema kRoutesTable;
extern const TableSchema kRulesTable;
extern const TableSchema kNeighboursTable;

// Every table that C++ fills.
std::span<const TableSchema* const> Tables();

// The table of that name; null = none.
const TableSchema* FindTable(std::string_view name);

}  // namespace sockdiag

#endif  // SOCKDIAG_COLUMNS_SCHEMA_H_
