import type { Table } from '../columns/table.ts';
import type { Schema } from '../columns/type.ts';
import { FAMILIES } from '../families.ts';
import { IPPROTO_TCP } from '../uapi/socket.ts';
import { TCP_CLOSE, TCPF_BOUND_INACTIVE, TCPF_CLOSE } from '../uapi/tcp-states.ts';
import type { Term } from './ast.ts';
import { certain, type Leaf, present, UNKNOWN } from './leaf.ts';

/** Codes of netids whose sockets are CLOSE only when bound and inactive. */
const STREAMS = FAMILIES.map(({ protocol }) => protocol === IPPROTO_TCP);

/** The state is one of the mask; bound-inactive is CLOSE of a TCP socket. */
export function stateLeaf({ operand }: Term, table: Table<Schema>): Leaf {
  if (operand.type !== 'codes') return UNKNOWN;
  const { mask } = operand;
  const states = table.data('state').values as Uint8Array;
  const named = (row: number) => states[row]! < 31 && ((mask >> states[row]!) & 1) === 1;
  const bound = (mask & TCPF_BOUND_INACTIVE) !== 0 && (mask & TCPF_CLOSE) === 0 && table.schema.name === 'sockets';
  if (!bound) return certain(named);
  const netids = table.data('netid').values as Uint8Array;
  return certain((row) => named(row) || (states[row] === TCP_CLOSE && STREAMS[netids[row]!] === true));
}

/** MARK[/MASK] as the kernel's MARK_COND has it. */
export function markLeaf({ operand }: Term, table: Table<Schema>): Leaf {
  if (operand.type !== 'mark') return UNKNOWN;
  const column = table.data('mark');
  const marks = column.values as Uint32Array;
  const [mark, mask] = [operand.mark >>> 0, operand.mask];
  return present(column, (row) => (marks[row]! & mask) >>> 0 === mark);
}
