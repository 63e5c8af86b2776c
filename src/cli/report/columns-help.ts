import type { ColumnSpec, TableSchema } from '../../columns/type.ts';

function sourcesOf({ netlink, procfs }: ColumnSpec): string {
  return [netlink === undefined ? undefined : 'netlink', procfs === undefined ? undefined : 'procfs']
    .filter((word) => word !== undefined)
    .join(', ');
}

function kindOf({ kind, names, boolean }: ColumnSpec): string {
  return names !== undefined ? 'name' : boolean === true ? 'true or false' : kind;
}

function remarks(spec: ColumnSpec): string {
  const { doc, unit, since, privilege } = spec;
  const more = [
    unit === undefined ? undefined : `in ${unit}`,
    since === undefined ? undefined : `since Linux ${since}`,
    privilege === undefined ? undefined : `needs ${privilege}`,
  ].filter((word) => word !== undefined);
  return more.length === 0 ? doc : `${doc} (${more.join('; ')})`;
}

/** What `--help-columns` prints of a table: one line a column, a star where it is shown unasked. */
export function columnsHelp(schema: TableSchema): string {
  const rows = schema.names.map((name) => {
    const spec = schema.columns[name]!;
    return {
      name: `${spec.basic === true ? '*' : ' '} ${name}`,
      kind: kindOf(spec),
      from: sourcesOf(spec),
      text: remarks(spec),
    };
  });
  const width = (key: 'name' | 'kind' | 'from') => Math.max(...rows.map((row) => row[key].length));
  const [names, kinds, sources] = [width('name'), width('kind'), width('from')];
  const lines = rows.map(({ name, kind, from, text }) =>
    `${name.padEnd(names)}  ${kind.padEnd(kinds)}  ${from.padEnd(sources)}  ${text}`.trimEnd(),
  );
  return `Columns of ${schema.name}:\n${lines.join('\n')}\n`;
}
