import { endianness } from 'node:os';
import { FAMILIES, type Family, netidCode } from '../../families.ts';
import { type SocketsSchema, sockets } from '../../tables/sockets.ts';
import type { SocketsRequest } from '../requests.ts';
import { parseInet } from './inet.ts';
import { type ProcfsSource, procfsSource } from './source.ts';

/** Of the machine that runs this, hence of the kernel that writes its /proc. */
const LITTLE_ENDIAN = endianness() === 'LE';

/** USER_HZ, the unit of times in /proc: 100 on every architecture Node.js runs on. */
const TICKS_PER_SECOND = 100;

function familyOf(netid: string): Family | undefined {
  return FAMILIES[netidCode(netid)];
}

/** Internet sockets from /proc/net/{tcp,udp,udplite,raw}[6]. */
export const socketsFromProcfs: ProcfsSource<SocketsRequest, SocketsSchema> = procfsSource({
  schema: sockets,
  files: ({ netids }) => netids.flatMap((netid) => familyOf(netid)?.file ?? []),
  probe: ({ netids }) => {
    const absent = netids.filter((netid) => familyOf(netid)?.file === undefined);
    if (absent.length === 0) return undefined;
    return { code: 'ENOENT', reason: `no file below /proc/net shows ${absent.join(', ')} sockets` };
  },
  parse: (file, { bytes }, builder, { states }) => {
    const netid = FAMILIES.findIndex((row) => row.file === file);
    const { family, protocol } = FAMILIES[netid]!;
    return parseInet(bytes, builder, {
      netid,
      family,
      protocol,
      states,
      littleEndian: LITTLE_ENDIAN,
      ticksPerSecond: TICKS_PER_SECOND,
    });
  },
});
