import { loadAddon, type OwnersOptions, type OwnersResult } from '../addon.ts';
import { LowestHolders } from '../columns/lowest-holders.ts';
import type { SourceName, Table } from '../columns/table.ts';
import { type OwnersSchema, owners } from '../tables/owners.ts';
import { blockTable } from './block.ts';
import type { OwnersRequest } from './requests.ts';
import { scanWarnings } from './scan-warnings.ts';
import { debug, type Source, type Unavailable, UnavailableError } from './source.ts';

/** Open files of the machine below which a scan of /proc is cheaper than loading a BPF program. */
const BPF_OPEN_FILES = 3000;

function addonUnavailable(): Unavailable | undefined {
  const { addon, reason } = loadAddon(owners);
  return addon === undefined ? { code: 'ERR_DLOPEN_FAILED', reason: reason ?? 'no addon' } : undefined;
}

function optionsOf(request: OwnersRequest): OwnersOptions {
  return {
    ...(request.root === undefined ? {} : { procRoot: request.root }),
    ...(request.pids === undefined ? {} : { pids: Uint32Array.from(request.pids) }),
    ...(request.inodes === undefined ? {} : { wanted: request.inodes }),
    ...(request.leadersOnly === undefined ? {} : { leadersOnly: request.leadersOnly }),
    ...(request.indexed === undefined ? {} : { indexed: request.indexed }),
    ...(request.stopWhenFound === undefined ? {} : { stopWhenFound: request.stopWhenFound }),
    ...(request.inOrder === true ? { workers: 1 } : {}),
    ...(request.cgroups === undefined ? {} : { cgroups: request.cgroups }),
    ...(request.uids === undefined ? {} : { uids: request.uids }),
  };
}

/**
 * Owners by a BPF walk over the descriptor tables: tens of times faster than reading /proc. Needs CAP_BPF and CAP_PERFMON,
 * kernel BTF, and is used unasked (not `forced`) only where the caller may see every process anyway, because it passes over hidepid and
 * ptrace checks; and only where there are descriptors enough to pay for loading it.
 */
export const bpfOwners: Source<OwnersRequest, OwnersSchema> = {
  name: 'bpf',
  probe(request) {
    const unavailable = addonUnavailable();
    if (unavailable !== undefined) return unavailable;
    if (request.pids !== undefined) return { code: 'ENOSYS', reason: 'only certain processes are asked for' };
    const root = request.root === undefined ? {} : { procRoot: request.root };
    const { reason, entitled, openFiles } = loadAddon().addon!.probeOwners(root);
    if (request.forced !== true) {
      if (openFiles > 0 && openFiles < BPF_OPEN_FILES)
        return { code: 'ENOSYS', reason: `only ${openFiles} open files` };
      if (!entitled) return { code: 'EPERM', reason: 'the caller may not see all processes' };
    }
    return reason === null ? undefined : { code: 'EPERM', reason };
  },
  read: (request) => readFrom('bpf', request, () => iterate(optionsOf(request))),
};

/** How long the BPF program stays loaded for further readings: loading it takes a third of the time of one. */
const KEEP_MS = 1000;
let readings = 0;
let unloading: NodeJS.Timeout | undefined;

async function iterate(options: OwnersOptions): Promise<OwnersResult> {
  const addon = loadAddon().addon!;
  clearTimeout(unloading);
  readings += 1;
  try {
    return await addon.iterateOwners({ ...options, keep: true });
  } finally {
    readings -= 1;
    if (readings === 0) unloading = setTimeout(() => addon.unloadOwners(), KEEP_MS).unref();
  }
}

/** Owners by reading the links of /proc/PID/fd on several native threads. */
export const scanOwners: Source<OwnersRequest, OwnersSchema> = {
  name: 'scan',
  probe: addonUnavailable,
  read: (request) => readFrom('scan', request, () => loadAddon().addon!.scanOwners(optionsOf(request))),
};

function lowestOf({ block: { buffer }, index }: OwnersResult): LowestHolders | undefined {
  if (index === undefined) return undefined;
  const slots = new Int32Array(buffer, index.slotsOffset, index.slots * 2);
  return new LowestHolders(slots, new Uint32Array(buffer, index.holdersOffset, index.holders));
}

async function readFrom(
  source: SourceName,
  request: OwnersRequest,
  ask: () => Promise<OwnersResult>,
): Promise<Table<OwnersSchema>> {
  let result: OwnersResult;
  try {
    result = await ask();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UnavailableError(code ?? 'EIO', message);
  }
  const { block, counters, takenAt } = result;
  debug('owners: %s: %d rows, %o', result.source, block.rows, counters);
  const { processes, unreadable, denied } = counters;
  const looked = request.pids === undefined && source === 'scan' ? processes : 1;
  const warnings = scanWarnings(request.root ?? '/proc', looked, unreadable, denied);
  return blockTable(owners, block, {
    source,
    warnings,
    takenAt,
    lowest: lowestOf(result),
    parts: [{ name: 'owners', source, rows: block.rows }],
  });
}
