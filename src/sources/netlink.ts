import { type DumpRequest, type DumpResult, loadAddon, type Outcome } from '../addon.ts';
import type { Table, Warning } from '../columns/table.ts';
import type { Schema, TableSchema } from '../columns/type.ts';
import { type KernelFailure, NetlinkError } from '../errors.ts';
import { FAMILIES, type Family, netidCode } from '../families.ts';
import { type SocketsSchema, sockets } from '../tables/sockets.ts';
import { AF_INET, AF_INET6 } from '../uapi/socket.ts';
import { blockTable, dumpOptions } from './block.ts';
import type { Columns, Place, SocketsRequest } from './requests.ts';
import { debug, kernelError, type Source, type Unavailable } from './source.ts';

/** Why netlink cannot be asked for a table at all: there is no addon, or another mount point of proc is meant. */
export function netlinkUnavailable<S extends Schema>(
  schema: TableSchema<S>,
  { root, pid, netnsFd }: Place,
): Unavailable | undefined {
  if (root !== undefined) return { code: 'ENOSYS', reason: `netlink knows nothing of ${root}` };
  if (pid !== undefined && netnsFd === undefined) {
    return { code: 'EACCES', reason: `no descriptor of the network namespace of process ${pid}` };
  }
  const { addon, reason } = loadAddon(schema);
  return addon === undefined ? { code: 'ERR_DLOPEN_FAILED', reason: reason ?? 'no addon' } : undefined;
}

/** `idiag_ext` that the wanted columns need. */
export function extensionBits<S extends Schema>(schema: TableSchema<S>, columns: Iterable<string>): number {
  let bits = 0;
  for (const name of columns) {
    const attribute = schema.columns[name]?.ext;
    if (attribute !== undefined) bits |= 1 << (attribute - 1);
  }
  return bits;
}

/** `*diag_show` that the wanted columns need. */
export function showBits<S extends Schema>(schema: TableSchema<S>, columns: Iterable<string>): number {
  let bits = 0;
  for (const name of columns) bits |= schema.columns[name]?.show ?? 0;
  return bits;
}

/**
 * inet_diag: TCP, UDP, UDP-Lite, raw, SCTP, MPTCP. Both families of a protocol come from one walk of the kernel's tables
 * (message type 18) unless only one is wanted or the kernel refuses, then family by family (type 20).
 * Rows are in the kernel's order, which per netid is that of the /proc file.
 */
export const inetDiag: Source<SocketsRequest, SocketsSchema> = {
  name: 'netlink',
  probe: (request) => netlinkUnavailable(sockets, request),
  async read(request) {
    try {
      return await dumpInet(request, inetRequests(request, true));
    } catch (error) {
      if (!(error instanceof NetlinkError) || !LEGACY_REFUSED.has(error.code)) throw readError(error);
      debug('%s: one walk for both families refused (%s), asking family by family', error.request, error.code);
    }
    try {
      return await dumpInet(request, inetRequests(request, false));
    } catch (error) {
      throw readError(error);
    }
  },
};

const LEGACY_REFUSED: ReadonlySet<string> = new Set(['EINVAL', 'EOPNOTSUPP']);

export function readError(error: unknown): unknown {
  return error instanceof NetlinkError ? kernelError(error) : error;
}

/** What the addon throws when a call fails as a whole (no memory for the block, a socket that cannot be had). */
export function addonError(what: string, error: unknown): unknown {
  const { op, errno } = error as Partial<KernelFailure>;
  return op === undefined || errno === undefined ? error : new NetlinkError(what, error as KernelFailure);
}

/** One dump request for each protocol (or family) wanted. */
export function inetRequests(request: SocketsRequest, legacy: boolean): DumpRequest[] {
  const byProtocol = new Map<number, Family[]>();
  for (const netid of request.netids) {
    const row = FAMILIES[netidCode(netid)]!;
    byProtocol.set(row.protocol, [...(byProtocol.get(row.protocol) ?? []), row]);
  }
  return [...byProtocol.values()].flatMap((rows) =>
    legacy && rows.length > 1
      ? [inetRequest(request, rows, true)]
      : rows.map((row) => inetRequest(request, [row], false)),
  );
}

function inetRequest(request: SocketsRequest, rows: readonly Family[], legacy: boolean): DumpRequest {
  const [{ family, protocol, states }] = rows as [Family];
  const netid = (wanted: number) => netidCode(rows.find((row) => row.family === wanted)?.netid ?? '');
  return {
    kind: 'inet',
    family,
    protocol,
    legacy,
    states: states & request.states,
    ext: extensionBits(sockets, request.columns),
    sourcePort: request.sourcePort ?? 0,
    destPort: request.destPort ?? 0,
    netid4: Math.max(0, netid(AF_INET)),
    netid6: Math.max(0, netid(AF_INET6)),
    ...(request.bytecode === undefined ? {} : { bytecode: request.bytecode }),
  };
}

function dumpInet(request: SocketsRequest, requests: readonly DumpRequest[]): Promise<Table<SocketsSchema>> {
  return readDump(sockets, request.netids.join(','), request, requests);
}

/** Asks the kernel, in the namespace of the place, and decodes into the wanted columns. */
export async function readDump<S extends Schema>(
  schema: TableSchema<S>,
  what: string,
  { columns, netnsFd, record }: Place & Columns,
  requests: readonly DumpRequest[],
): Promise<Table<S>> {
  const options = {
    ...dumpOptions(schema, columns),
    ...(netnsFd === undefined ? {} : { netnsFd }),
    ...(record === undefined ? {} : { record: true }),
  };
  const result = await loadAddon()
    .addon!.dump(requests, options)
    .catch((error: unknown) => {
      throw addonError(what, error);
    });
  const table = dumpTable(schema, what, result);
  // NB: a dump that failed is not recorded: another source answers in its place, and the replay must not fail.
  record?.({ table: schema.name, part: what, requests, datagrams: result.recorded ?? [] });
  return table;
}

/** The table of a dump, or its first error: a dump that failed in the middle gives no table. */
export function dumpTable<S extends Schema>(schema: TableSchema<S>, what: string, result: DumpResult): Table<S> {
  for (const outcome of result.outcomes) {
    debug('%s: netlink: %d rows, %d datagrams, %d bytes', what, outcome.rows, outcome.datagrams, outcome.bytes);
    if (outcome.error !== undefined) throw new NetlinkError(what, outcome.error);
  }
  const interrupted = result.outcomes.some((outcome) => outcome.interrupted);
  return blockTable(schema, result.block, {
    source: 'netlink',
    interrupted,
    warnings: outcomeWarnings(what, result.outcomes),
    parts: [{ name: what, source: 'netlink', rows: result.block.rows }],
  });
}

/** What a reader of the rows should know of how they were got. */
export function outcomeWarnings(what: string, outcomes: readonly Outcome[]): Warning[] {
  const warnings: Warning[] = [];
  const malformed = outcomes.reduce((sum, outcome) => sum + outcome.malformed, 0);
  if (malformed > 0) {
    const message = `${what}: ${malformed} netlink messages could not be decoded`;
    warnings.push({ code: 'malformed', message, count: malformed });
  }
  if (outcomes.some((outcome) => outcome.interrupted)) {
    warnings.push({ code: 'interrupted', message: `${what}: the kernel's table changed while it was read` });
  }
  return warnings;
}
