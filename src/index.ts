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
export type { SocketsOptions, SourceChoice, TableOptions } from './query/plan.ts';
export { readSockets as sockets } from './query/run.ts';
export type { SocketsSchema } from './tables/sockets.ts';
