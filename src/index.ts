export type { Part, Row, RowObject, SourceName, Table, Warning } from './columns/table.ts';
export type { ColumnSpec, Kind, Schema, TableSchema, ValueOf } from './columns/type.ts';
export {
  DecodeError,
  FilterError,
  type KernelFailure,
  NetlinkError,
  ProcfsError,
  SockdiagError,
  UsageError,
} from './errors.ts';
export {
  type Ast,
  and,
  autobound,
  compare,
  eq,
  exclude,
  explainFilterError,
  formatFilter,
  ge,
  gt,
  host,
  le,
  lt,
  ne,
  not,
  oneOf,
  or,
  parseFilter,
  port,
  state,
} from './filters/index.ts';
export { type FormatName, format, type NamedFormatOptions as FormatOptions } from './formats/format.ts';
export type { JsonSchema } from './formats/json-schema.ts';
export { jsonSchema } from './formats/table-schemas.ts';
export { type Change, identityColumns, tableChanges } from './query/changes.ts';
export { counterDeltas } from './query/deltas.ts';
export {
  type EndsQuery,
  type FindOptions,
  type Found,
  find,
  type Listening,
  type PidQuery,
  type PortQuery,
  type WaitOptions,
  waitForPort,
} from './query/find.ts';
export { type GetSocketOptions, getSocket, type SocketEnds } from './query/get-socket.ts';
export type { Owner } from './query/holders.ts';
export { type NamespaceInfo, namespaces } from './query/namespace.ts';
export type {
  AddressesOptions,
  AddressFamily,
  ColumnGroups,
  CountersOptions,
  FamilyOptions,
  GroupsOptions,
  LinksOptions,
  MptcpSocketsOptions,
  NeighboursOptions,
  NetlinkSocketsOptions,
  NetnsChoice,
  OwnersChoice,
  OwnersOptions,
  OwnersSource,
  PacketSocketsOptions,
  RoutesOptions,
  RulesOptions,
  SctpSocketsOptions,
  SelectionOptions,
  SocketsOptions,
  SourceChoice,
  TableOptions,
  UnixSocketsOptions,
  VsockSocketsOptions,
} from './query/options.ts';
export type { OwnedRow, OwnedSchema, OwnedTable } from './query/owned-table.ts';
export { OWNER_DETAILS, type OwnerDetail, type OwnerDetails } from './query/owner-details.ts';
export { OWNER_REASONS, type OwnerReason, ownerReason, type ScanFacts, type Unowned } from './query/owner-reason.ts';
export { owners } from './query/owners.ts';
export { type OwnedSocket, ownerOf, type PortOwnersOptions, portOwners } from './query/port-owners.ts';
export { captureTo, openRecording, type RecordingFile, recordTo } from './query/recording-file.ts';
export { sockets } from './query/sockets.ts';
export {
  addresses,
  counters,
  groups,
  links,
  mptcpSockets,
  neighbours,
  netlinkSockets,
  packetSockets,
  routes,
  rules,
  sctpSockets,
  unixSockets,
  vsockSockets,
} from './query/tables.ts';
export type { Recording } from './sources/recording.ts';
export type { RecordedDump, Recorder } from './sources/requests.ts';
export type { AddressesSchema } from './tables/addresses.ts';
export type { CountersSchema } from './tables/counters.ts';
export type { GroupsSchema } from './tables/groups.ts';
export type { LinksSchema } from './tables/links.ts';
export type { NeighboursSchema } from './tables/neighbours.ts';
export type { NetlinkSocketsSchema } from './tables/netlink.ts';
export type { NamedOwnersSchema, OwnersSchema } from './tables/owners.ts';
export type { PacketSchema } from './tables/packet.ts';
export type { RoutesSchema } from './tables/routes.ts';
export type { RulesSchema } from './tables/rules.ts';
export type { SctpSchema } from './tables/sctp.ts';
export type { SocketsSchema } from './tables/sockets.ts';
export type { UnixSchema } from './tables/unix.ts';
export type { VsockSchema } from './tables/vsock.ts';
