import { type MadeProcess, mkprocess } from './mksock.ts';
import { type Netns, netns, type Scope } from './netns.ts';
import { ETC } from './world-etc.ts';
import { IPV4_ROUTES, IPV6_ROUTES, linkCommands } from './world-links.ts';
import { holders } from './world-sockets.ts';

export { UIDS } from './world-etc.ts';
export { TITLES } from './world-sockets.ts';

/** A namespace that holds one of everything netstat can show. */
export interface World extends Netns {
  readonly processes: readonly MadeProcess[];
}

/**
 * Makes the world: links, addresses and routes first, then every holder process at once, then waits until the kernel has nothing more
 * to send of its own accord (membership reports of new links). Retransmissions go on; they slow down by themselves.
 */
export async function world(scope: Scope | undefined): Promise<World> {
  const ns = await netns(scope, { etc: ETC, sysctls: { 'unix/max_dgram_qlen': 512 } });
  await ns.batch([...linkCommands(), ...IPV4_ROUTES, ...IPV6_ROUTES]);
  const wanted = holders(ns.directory);
  const processes = await Promise.all(wanted.map(({ process, sockets }) => mkprocess(ns, process, sockets)));
  return Object.assign(ns, { processes });
}
