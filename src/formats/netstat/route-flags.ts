/** Letters of the Flags column, in the order they are printed. RTF_* bits of linux/route.h and linux/ipv6_route.h. */

interface FlagLetter {
  readonly bit: number;
  readonly letter: string;
  /** The letter takes the place of all before it. */
  readonly replaces?: boolean;
}

/** Quirk: a reject route loses U and G (rprint_fib). */
const INET_FLAGS: readonly FlagLetter[] = [
  { bit: 0x1, letter: 'U' },
  { bit: 0x2, letter: 'G' },
  { bit: 0x200, letter: '!', replaces: true },
  { bit: 0x4, letter: 'H' },
  { bit: 0x8, letter: 'R' },
  { bit: 0x10, letter: 'D' },
  { bit: 0x20, letter: 'M' },
  { bit: 0x10000, letter: 'd' },
  { bit: 0x20000, letter: 'a' },
  { bit: 0x40000, letter: 'c' },
  { bit: 0x200000, letter: 'o' },
  { bit: 0x400000, letter: 'e' },
  { bit: 0x1000000, letter: 'c' },
  { bit: 0x2000000, letter: 'f' },
  { bit: 0x4000000, letter: 'p' },
  { bit: 0x80000000, letter: 'l' },
  { bit: 0x40, letter: 'u' },
  { bit: 0x80, letter: 'w' },
  { bit: 0x100, letter: 'i' },
  { bit: 0x400, letter: 'n' },
];

const INET6_FLAGS: readonly FlagLetter[] = [
  { bit: 0x1, letter: 'U' },
  { bit: 0x200, letter: '!' },
  { bit: 0x2, letter: 'G' },
  { bit: 0x4, letter: 'H' },
  { bit: 0x10000, letter: 'D' },
  { bit: 0x40000, letter: 'A' },
  { bit: 0x1000000, letter: 'C' },
  { bit: 0x20000, letter: 'a' },
  { bit: 0x400000, letter: 'e' },
  { bit: 0x20, letter: 'm' },
  { bit: 0x200000, letter: 'n' },
  { bit: 0x2000000, letter: 'f' },
];

function letters(table: readonly FlagLetter[]): (flags: number) => string {
  const known = new Map<number, string>();
  return (flags) => {
    let text = known.get(flags);
    if (text !== undefined) return text;
    text = '';
    for (const { bit, letter, replaces } of table) {
      if ((flags & bit) !== 0) text = replaces === true ? letter : text + letter;
    }
    known.set(flags, text);
    return text;
  };
}

export const inetFlags: (flags: number) => string = letters(INET_FLAGS);
export const inet6Flags: (flags: number) => string = letters(INET6_FLAGS);
