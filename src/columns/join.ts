const NONE = -1;

/** Multiplier of Fibonacci hashing: 2^32 / golden ratio, odd. */
const SPREAD = 0x9e3779b1;

/** Inodes that share a line of the table: consecutive sockets mostly have consecutive inodes, and belong together. */
const LINE_BITS = 4;
const LINE_MASK = 2 ** LINE_BITS - 1;

/**
 * Inode → rows of an owners table. A socket may have any number of rows; they come in table order.
 *
 * Open addressing in two typed arrays: 130,000 inodes become no objects. Inode 0 is no socket and has no rows.
 * NB: inodes are read as signed numbers, which the engine keeps in registers; only equality matters.
 */
export class InodeIndex {
  readonly #shift: number;
  /** Row + 1 of the first row of the inode in a slot; 0 = empty. */
  readonly #slots: Int32Array;
  /** Row + 1 of the next row with the same inode; 0 = last. */
  readonly #next: Int32Array;
  readonly #inodes: Int32Array;

  constructor(inodes: Uint32Array) {
    const bits = Math.max(LINE_BITS + 1, Math.ceil(Math.log2(inodes.length * 2 + 1)));
    this.#shift = 32 - (bits - LINE_BITS);
    this.#slots = new Int32Array(2 ** bits);
    this.#next = new Int32Array(inodes.length);
    this.#inodes = new Int32Array(inodes.buffer, inodes.byteOffset, inodes.length);
    fill(this.#inodes, this.#slots, this.#next, this.#shift);
  }

  /** First row of the inode, -1 when there is none. */
  first(inode: number): number {
    const wanted = inode | 0;
    if (wanted === 0) return NONE;
    const slots = this.#slots;
    const inodes = this.#inodes;
    const mask = slots.length - 1;
    let slot = firstSlot(wanted, this.#shift);
    for (let held = slots[slot]!; held !== 0; held = slots[slot]!) {
      if (inodes[held - 1] === wanted) return held - 1;
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /** The row behind `row` with the same inode, -1 when there is none. */
  next(row: number): number {
    return this.#next[row]! - 1;
  }
}

function firstSlot(inode: number, shift: number): number {
  return ((Math.imul(inode >>> LINE_BITS, SPREAD) >>> shift) << LINE_BITS) | (inode & LINE_MASK);
}

/** NB: rows are put in from the last to the first, so that each chain begins with the lowest. */
function fill(inodes: Int32Array, slots: Int32Array, next: Int32Array, shift: number): void {
  const mask = slots.length - 1;
  for (let row = inodes.length; row > 0; row -= 1) {
    const inode = inodes[row - 1]!;
    if (inode === 0) continue;
    let slot = firstSlot(inode, shift);
    let held = slots[slot]!;
    while (held !== 0 && inodes[held - 1] !== inode) {
      slot = (slot + 1) & mask;
      held = slots[slot]!;
    }
    next[row - 1] = held;
    slots[slot] = row;
  }
}
