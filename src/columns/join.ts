const NONE = -1;

/** Multiplier of Fibonacci hashing: 2^32 / golden ratio, odd. */
const SPREAD = 0x9e3779b1;

/**
 * Inode → rows of an owners table. A socket may have any number of rows; they come in table order.
 *
 * Open addressing in two typed arrays: 130,000 inodes become no objects. Inode 0 is no socket and has no rows.
 */
export class InodeIndex {
  readonly #shift: number;
  /** Row + 1 of the first row of the inode in a slot; 0 = empty. */
  readonly #slots: Uint32Array;
  /** Row + 1 of the next row with the same inode; 0 = last. */
  readonly #next: Uint32Array;
  readonly #inodes: Uint32Array;

  constructor(inodes: Uint32Array) {
    const bits = Math.max(4, Math.ceil(Math.log2(inodes.length * 2 + 1)));
    this.#shift = 32 - bits;
    this.#slots = new Uint32Array(2 ** bits);
    this.#next = new Uint32Array(inodes.length);
    this.#inodes = inodes;
    for (let row = inodes.length - 1; row >= 0; row -= 1) this.#insert(row);
  }

  /** NB: rows are put in from the last to the first, so that each chain begins with the lowest. */
  #insert(row: number): void {
    const inode = this.#inodes[row]!;
    if (inode === 0) return;
    const slot = this.#slot(inode);
    this.#next[row] = this.#slots[slot]!;
    this.#slots[slot] = row + 1;
  }

  /** The slot that holds the inode, or the empty one where it belongs. */
  #slot(inode: number): number {
    const slots = this.#slots;
    const inodes = this.#inodes;
    const mask = slots.length - 1;
    let slot = Math.imul(inode, SPREAD) >>> this.#shift;
    for (let held = slots[slot]!; held !== 0 && inodes[held - 1] !== inode; held = slots[slot]!)
      slot = (slot + 1) & mask;
    return slot;
  }

  /** First row of the inode, -1 when there is none. */
  first(inode: number): number {
    return inode === 0 ? NONE : this.#slots[this.#slot(inode)]! - 1;
  }

  /** The row behind `row` with the same inode, -1 when there is none. */
  next(row: number): number {
    return this.#next[row]! - 1;
  }
}
