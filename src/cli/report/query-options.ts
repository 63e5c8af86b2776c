import type { SelectionOptions, SocketsOptions, TableOptions } from '../../query/options.ts';
import type { OwnOptions } from '../command-line.ts';

/** Where a command line wants a table from. NB: `--netns all` is a loop of the caller; see `namespaceOptions`. */
export function placeOptions({ source, netns }: OwnOptions): Pick<TableOptions, 'source' | 'netns'> {
  const place =
    netns === null || netns.kind === 'all' ? {} : { netns: netns.kind === 'pid' ? { pid: netns.pid } : netns.name };
  return { ...(source === 'auto' ? {} : { source }), ...place };
}

/** Which rows of a table of sockets it wants. */
export function filterOptions({ filter, ssPrecedence }: OwnOptions): Pick<SelectionOptions, 'filter' | 'precedence'> {
  if (filter === null) return {};
  return { filter, precedence: ssPrecedence ? 'ss' : 'conventional' };
}

/** Everything of it that a listing of internet sockets can do, whatever the output format. */
export function socketsOptions(own: OwnOptions): SocketsOptions {
  return { ...placeOptions(own), ...filterOptions(own), ...(own.consistent ? { consistent: true } : {}) };
}

/** A process whose /proc/PID/net shows the namespace asked for. */
export async function namespaceMember(own: OwnOptions): Promise<{ readonly pid?: number }> {
  const { netns } = placeOptions(own);
  if (netns === undefined) return {};
  const namespace = (await import('../../query/namespace.ts')).openNamespace(netns);
  try {
    const pid = namespace.id === '' ? undefined : namespace.member();
    return pid === undefined ? {} : { pid };
  } finally {
    namespace.close();
  }
}
