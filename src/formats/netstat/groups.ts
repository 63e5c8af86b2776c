import { ADDRESS_TEXT_MAX, writeAddress } from '../../columns/address.ts';
import { type Selection, selectRows } from '../../columns/selection.ts';
import type { Table } from '../../columns/table.ts';
import type { AddressRef, NamesRequest } from '../../names/names.ts';
import type { GroupsSchema } from '../../tables/groups.ts';
import { AF_INET } from '../../uapi/socket.ts';
import { type TextColumn, writeColumns, writeNumber, writeShort } from './layout.ts';
import { ByteWriter } from './text.ts';
import { shownWords, writeUntrustedText } from './untrusted.ts';

/** Names of group addresses, looked up before formatting; undefined = print the number. */
export interface GroupNames {
  host(family: number, bytes: Uint8Array, offset: number): string | undefined;
}

export interface GroupOptions {
  /** Absent = numeric: -n and --numeric-hosts. */
  readonly names?: GroupNames | undefined;
}

interface GroupView {
  readonly family: Uint8Array;
  readonly device: Uint16Array;
  readonly devices: readonly (Uint8Array | undefined)[];
  readonly users: Uint32Array;
  readonly group: Uint8Array;
  readonly names: GroupNames | undefined;
}

/** Also printed when the groups cannot be read. */
export const GROUPS_HEADER = `IPv6/IPv4 Group Memberships
Interface       RefCnt Group
--------------- ------ ---------------------
`;

const NONE = new Uint8Array(0);

const COLUMNS: readonly TextColumn<GroupView>[] = [
  { width: 15, align: 'left', write: (view, out, row) => writeShort(out, view.devices[view.device[row]!] ?? NONE) },
  { width: 6, align: 'left', write: (view, out, row) => writeNumber(out, view.users[row]!) },
  { width: 0, align: 'left', write: writeGroup },
];

function writeGroup(view: GroupView, out: ByteWriter, row: number): void {
  const family = view.family[row]!;
  const name = view.names?.host(family, view.group, row * 16);
  if (name !== undefined) {
    writeUntrustedText(out, name);
    return;
  }
  out.reserve(ADDRESS_TEXT_MAX);
  out.length = writeAddress(out, out.length, view.group, row * 16, family);
}

/** Rows of the chosen families, IPv4 first. */
export function selectGroups(table: Table<GroupsSchema>, inet: boolean, inet6: boolean): Selection {
  const families = table.column('family');
  const first = selectRows(table.length, (row) => inet && families[row] === AF_INET);
  const second = selectRows(table.length, (row) => inet6 && families[row] !== AF_INET);
  const rows = new Uint32Array(first.length + second.length);
  rows.set(first);
  rows.set(second, first.length);
  return rows;
}

/** The names symbolic output will ask for. */
export function groupNames(table: Table<GroupsSchema>, selection: Selection): NamesRequest {
  const families = table.column('family');
  const bytes = table.column('group');
  const hosts = Array.from(selection, (row): AddressRef => ({ family: families[row]!, bytes, offset: row * 16 }));
  return { hosts };
}

/** `netstat -g`: title, header and the rows of `selection` (see `selectGroups`), in chunks of text. */
export function* formatGroups(
  table: Table<GroupsSchema>,
  selection: Selection,
  options: GroupOptions,
): Generator<Uint8Array> {
  const out = new ByteWriter();
  out.ascii(GROUPS_HEADER);
  const view: GroupView = {
    family: table.column('family'),
    device: table.column('device'),
    devices: shownWords(table.data('device')),
    users: table.column('users'),
    group: table.column('group'),
    names: options.names,
  };
  for (const row of selection) {
    writeColumns(out, COLUMNS, view, row);
    out.newline();
    if (out.full) yield out.lend();
  }
  yield out.lend();
}
