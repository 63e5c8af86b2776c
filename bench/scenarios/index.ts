import type { Scenario } from '../scenario.ts';
import { cliTan } from './cli-tan.ts';
import { cliTanp } from './cli-tanp.ts';
import { cliTanpLarge } from './cli-tanp-large.ts';
import { columns } from './columns.ts';
import { eventLoop } from './event-loop.ts';
import { format } from './format.ts';
import { join } from './join.ts';
import { links } from './links.ts';
import { listeners } from './listeners.ts';
import { objects } from './objects.ts';
import { oneSocket } from './one-socket.ts';
import { owners } from './owners.ts';
import { packages } from './packages.ts';
import { portOwner } from './port-owner.ts';
import { procfsParsers } from './procfs-parsers.ts';
import { routes } from './routes.ts';
import { smallHost } from './small-host.ts';
import { udp } from './udp.ts';
import { unix } from './unix.ts';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  columns,
  eventLoop,
  objects,
  listeners,
  oneSocket,
  format,
  join,
  procfsParsers,
  owners,
  portOwner,
  packages,
  smallHost,
  cliTan,
  cliTanp,
  cliTanpLarge,
  routes,
  unix,
  udp,
  links,
];
