/** A unit of byte counts: what it is divided by for one decimal, and the value above which it is used. */
interface ByteUnit {
  readonly above: bigint;
  readonly tenth: (value: bigint) => bigint;
  readonly name: string;
}

function unit(bits: bigint, name: string): ByteUnit {
  return { above: 1n << bits, tenth: (value) => (value * 10n) >> bits, name };
}

/** Quirk: EiB divides by a rounded tenth of the unit, which is exact enough not to overflow (ife_print_long). */
const EXBIBYTE_TENTH = 115292150460684697n;

const UNITS: readonly ByteUnit[] = [
  { above: 1n << 60n, tenth: (value) => value / EXBIBYTE_TENTH, name: 'EiB' },
  unit(50n, 'PiB'),
  unit(40n, 'TiB'),
  unit(30n, 'GiB'),
  unit(20n, 'MiB'),
  unit(10n, 'KiB'),
];

/** `1.1 KiB`: one decimal, cut and not rounded; a unit is used above, not at, its size. */
export function byteUnits(value: bigint): string {
  const { tenth, name } = UNITS.find(({ above }) => value > above) ?? {
    tenth: (bytes: bigint) => bytes * 10n,
    name: 'B',
  };
  const tenths = tenth(value);
  return `${tenths / 10n}.${tenths % 10n} ${name}`;
}
