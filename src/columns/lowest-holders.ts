/** Multiplier of Fibonacci hashing: 2^32 / golden ratio, odd. */
const SPREAD = 0x9e3779b1;

/** Inodes that share a line of slots: consecutive sockets mostly have consecutive inodes, and belong together. */
const LINE_BITS = 3;
const LINE_MASK = 2 ** LINE_BITS - 1;

/** Numbers of a slot: an inode, 0 = empty; the place of its process among the holders, counted from 1. */
const SLOT = 2;

/**
 * Inode → the lowest process whose leader holds it, the one netstat -p names. Open addressing; the twin of
 * native/owners/owner_rows.h, where it is made beside the rows.
 *
 * NB: inodes are read as signed numbers, which the engine keeps in registers; only equality matters.
 */
export class LowestHolders {
  /** Process numbers, ascending, each once. */
  readonly pids: Uint32Array;
  readonly #slots: Int32Array;

  constructor(slots: Int32Array, pids: Uint32Array) {
    this.#slots = slots;
    this.pids = pids;
  }

  /** Of rows that ascend by process, those of leaders alone. */
  static of(inodes: Uint32Array, pids: Uint32Array): LowestHolders {
    const bits = Math.max(LINE_BITS + 1, 32 - Math.clz32(inodes.length * 2));
    const slots = new Int32Array(SLOT * 2 ** bits);
    const holders: number[] = [];
    for (let row = 0; row < inodes.length; row += 1) {
      const inode = inodes[row]! | 0;
      if (inode === 0) continue;
      if (holders.at(-1) !== pids[row]) holders.push(pids[row]!);
      const at = place(slots, inode);
      if (slots[at] !== 0) continue;
      slots[at] = inode;
      slots[at + 1] = holders.length;
    }
    return new LowestHolders(slots, Uint32Array.from(holders));
  }

  /** Of each inode the place of its process among `pids`, counted from 1; 0 = nobody is known to hold it. */
  placesOf(inodes: Uint32Array): Int32Array {
    const slots = this.#slots;
    const places = new Int32Array(inodes.length);
    for (let row = 0; row < inodes.length; row += 1) {
      const inode = inodes[row]! | 0;
      if (inode !== 0) places[row] = slots[place(slots, inode) + 1]!;
    }
    return places;
  }
}

/** Where the inode is, or belongs. */
function place(slots: Int32Array, inode: number): number {
  const count = slots.length / SLOT;
  const line = Math.imul(inode >>> LINE_BITS, SPREAD) >>> (Math.clz32(count) + 1 + LINE_BITS);
  let at = SLOT * ((line << LINE_BITS) | (inode & LINE_MASK));
  while (slots[at] !== inode && slots[at] !== 0) at = (at + SLOT) & (slots.length - 1);
  return at;
}
