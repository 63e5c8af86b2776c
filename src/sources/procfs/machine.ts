import { endianness } from 'node:os';

/** Of the machine that runs this, hence of the kernel that writes its /proc. */
export const LITTLE_ENDIAN: boolean = endianness() === 'LE';

/** USER_HZ, the unit of times in /proc: 100 on every architecture Node.js runs on. */
export const TICKS_PER_SECOND = 100;
