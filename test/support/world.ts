import { setTimeout as sleep } from 'node:timers/promises';
import { type MadeProcess, mkprocess } from './mksock.ts';
import { type Netns, netns, type Scope } from './netns.ts';
import { ETC } from './world-etc.ts';
import { IPV4_ROUTES, IPV6_ROUTES, linkCommands } from './world-links.ts';
import { holders, quietHolders } from './world-sockets.ts';

export { UIDS } from './world-etc.ts';
export { TITLES } from './world-sockets.ts';

/** A namespace that holds one of everything netstat can show. */
export interface World extends Netns {
  /** NB: pids are those of the world's own pid namespace; the host's processes do not show in its program columns. */
  readonly processes: readonly MadeProcess[];
}

export interface WorldOptions {
  /** Only sockets that do nothing by themselves, so that successive outputs and counters are equal. */
  readonly quiet?: boolean;
}

/** Links, addresses and routes first, then every holder process at once. Retransmissions go on; they slow down by themselves. */
export async function world(scope: Scope | undefined, options: WorldOptions = {}): Promise<World> {
  const ns = await netns(scope, { etc: ETC, processes: true });
  await ns.batch([...linkCommands(), ...IPV4_ROUTES, ...IPV6_ROUTES]);
  const wanted = (options.quiet ? quietHolders : holders)(ns.directory);
  const processes = await Promise.all(wanted.map(({ process, sockets }) => mkprocess(ns, process, sockets)));
  if (options.quiet) await silence(ns);
  return Object.assign(ns, { processes });
}

const SILENCE_STEP_MS = 400;
const SILENCE_STEPS = 3;

/** Waits until the counters of all links stand still: new links report their multicast groups for a second or two. */
async function silence(ns: Netns): Promise<void> {
  let before = '';
  for (let equal = 0; equal < SILENCE_STEPS; await sleep(SILENCE_STEP_MS)) {
    const now = (await ns.exec(['cat', '/proc/net/dev'])).stdout.toString();
    equal = now === before ? equal + 1 : 0;
    before = now;
  }
}
