import type { SocketsRequest } from '../sources/requests.ts';
import type { Base, PlannedPart } from './definition.ts';
import type { PushedFilter } from './filter.ts';
import type { SocketsOptions } from './options.ts';
import { planSockets, portNumber, protocolGroups } from './plan.ts';

/** With what the filter lets the kernel leave out. */
export type SocketsQuery = SocketsOptions & { readonly pushed?: PushedFilter };

/** One request for each protocol: both families of a protocol come from one walk. Throws a UsageError for a bad option. */
export function socketsRequests(options: SocketsQuery, base: Base): readonly PlannedPart<SocketsRequest>[] {
  const { pushed } = options;
  const plan = planSockets(options);
  const states = plan.states & (pushed?.states ?? plan.states);
  const netids = plan.netids.filter((netid) => states !== 0 && (pushed?.netids.includes(netid) ?? true));
  const sourcePort = portNumber('localPort', options.localPort) || (pushed?.sourcePort ?? 0);
  const destPort = portNumber('remotePort', options.remotePort) || (pushed?.destPort ?? 0);
  return protocolGroups(netids).map((group) => {
    const whole = pushed?.unpushedNetids.has(group[0]!) === true;
    const ports = whole ? {} : { sourcePort, destPort };
    const program = whole || pushed?.program === undefined ? {} : { bytecode: pushed.program };
    return { key: group.join(','), request: { ...base, netids: group, states, ...ports, ...program } };
  });
}
