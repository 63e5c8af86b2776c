import { INET_DIAG_BC_JMP, OP_SIZE } from './opcodes.ts';
import type { Program } from './program.ts';

/**
 * Longest program made. NB: an attribute's length is a u16 that counts its header, so that no jump within a program, nor
 * one to "reject" 4 bytes behind it, can exceed the u16 `no`.
 */
export const MAX_PROGRAM = 65_528;

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A place in the program; known when everything has been laid out. */
class Label {
  position = -1;
}

interface Instruction {
  readonly code: number;
  readonly argument: Uint8Array;
  readonly position: number;
  /** Where it goes when the test fails; `yes` is always the next instruction. */
  readonly no: Label;
}

const NO_ARGUMENT = new Uint8Array(0);

/**
 * Lays out a program for the kernel: `inet_diag_bc_op` records in host byte order.
 *
 * The kernel accepts a row when it arrives exactly at the end, and rejects it 4 bytes behind. Tests fall through when
 * true, so that every instruction is on the chain of `yes` the kernel audits; JMP always takes `no`.
 */
class Layout {
  readonly #instructions: Instruction[] = [];
  #length = 0;

  emit(code: number, argument: Uint8Array, no: Label): void {
    this.#instructions.push({ code, argument, position: this.#length, no });
    this.#length += OP_SIZE + argument.length;
  }

  place(label: Label): void {
    label.position = this.#length;
  }

  /** Code that goes to `yes` or `no`; `next` is the label of what follows. */
  compile(program: Program, yes: Label, no: Label, next: Label): void {
    if (program.kind === 'not') {
      this.compile(program.arm, no, yes, next);
    } else if (program.kind === 'constant') {
      this.#jump(program.value ? yes : no, next);
    } else if (program.kind === 'test') {
      this.#test(program.code, program.argument, yes, no, next);
    } else {
      this.#junction(program.arms, program.kind === 'and', yes, no, next);
    }
  }

  #jump(target: Label, next: Label): void {
    if (target !== next) this.emit(INET_DIAG_BC_JMP, NO_ARGUMENT, target);
  }

  #test(code: number, argument: Uint8Array, yes: Label, no: Label, next: Label): void {
    if (yes === next) {
      this.emit(code, argument, no);
      return;
    }
    const behind = new Label();
    this.emit(code, argument, behind);
    this.emit(INET_DIAG_BC_JMP, NO_ARGUMENT, yes);
    this.place(behind);
    this.#jump(no, next);
  }

  #junction(arms: readonly Program[], all: boolean, yes: Label, no: Label, next: Label): void {
    arms.forEach((arm, at) => {
      if (at === arms.length - 1) {
        this.compile(arm, yes, no, next);
        return;
      }
      const following = new Label();
      if (all) this.compile(arm, following, no, following);
      else this.compile(arm, yes, following, following);
      this.place(following);
    });
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    const view = new DataView(bytes.buffer);
    for (const { code, argument, position, no } of this.#instructions) {
      bytes[position] = code;
      bytes[position + 1] = OP_SIZE + argument.length;
      view.setUint16(position + 2, no.position - position, LITTLE_ENDIAN);
      bytes.set(argument, position + OP_SIZE);
    }
    return bytes;
  }

  get length(): number {
    return this.#length;
  }
}

/** The bytes of a program; undefined when it is too long for the kernel. */
export function assemble(program: Program): Uint8Array | undefined {
  const layout = new Layout();
  const accept = new Label();
  const reject = new Label();
  layout.compile(program, accept, reject, accept);
  layout.place(accept);
  reject.position = layout.length + OP_SIZE;
  return layout.length > MAX_PROGRAM ? undefined : layout.bytes();
}
