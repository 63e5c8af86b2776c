import { Table } from '../columns/table.ts';
import type { ColumnData } from '../columns/type.ts';
import { cgroupPaths } from '../sources/cgroup-directories.ts';
import type { SocketsSchema } from '../tables/sockets.ts';

type Sockets = Table<SocketsSchema>;

/** Fills column `cgroup` of tables of one query; a control group is looked for once. */
export class CgroupColumn {
  readonly #paths = new Map<bigint, string>();
  readonly #missing = new Set<bigint>();

  /** The table with its column `cgroup`, from `cgroupId`. NB: ids of a recording are another kernel's, or another time's. */
  fill(table: Sockets): Sockets {
    if (!table.has('cgroup') || !table.has('cgroupId') || table.source === 'replay') return table;
    const { spec } = table.data('cgroup');
    const ids = table.column('cgroupId');
    this.#find(new Set(ids));
    const dict = ['', ...new Set(this.#paths.values())];
    const codes = new Map(dict.map((path, code) => [path, code]));
    const values = Uint16Array.from(ids, (id) => codes.get(this.#paths.get(id) ?? '') ?? 0);
    const valid = Uint8Array.from(values, (code) => Number(code !== 0));
    const columns = new Map<string, ColumnData>(table.columnNames.map((name) => [name, table.data(name)]));
    columns.set('cgroup', { spec, values, valid, dict });
    const { source, interrupted, warnings, parts } = table;
    return new Table(table.schema, table.length, columns, { source, interrupted, warnings, parts });
  }

  #find(ids: ReadonlySet<bigint>): void {
    const wanted = new Set([...ids].filter((id) => id !== 0n && !this.#paths.has(id) && !this.#missing.has(id)));
    if (wanted.size === 0) return;
    const found = cgroupPaths(wanted);
    for (const id of wanted) {
      const path = found.get(id);
      if (path === undefined) this.#missing.add(id);
      else this.#paths.set(id, path);
    }
  }
}
