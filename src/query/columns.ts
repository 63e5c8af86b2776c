import type { ColumnSpec, Schema, TableSchema } from '../columns/type.ts';
import { UsageError } from '../errors.ts';
import type { ColumnGroups } from './options.ts';

const GROUPS: readonly (keyof ColumnGroups)[] = ['info', 'memory', 'cgroup'];

/** What decides which columns a table has. */
export interface ColumnRules<S extends Schema> {
  readonly schema: TableSchema<S>;
  readonly needed?: readonly (keyof S & string)[];
  readonly groups?: { readonly [G in keyof ColumnGroups]: (spec: ColumnSpec) => boolean };
}

type Names = readonly string[];

/** What is asked for mostly, without columns named: by the rules, then by the groups. */
const remembered = new WeakMap<object, Map<string, Names>>();

/** The columns named, or the basic ones; those of the groups asked for; those the table cannot do without: in schema order. */
export function wantedColumns<S extends Schema>(
  rules: ColumnRules<S>,
  options: { readonly columns?: readonly string[] } & ColumnGroups,
): readonly (keyof S & string)[] {
  if (options.columns !== undefined) return chosenColumns(rules, options);
  const known = remembered.get(rules) ?? new Map<string, Names>();
  remembered.set(rules, known);
  const key = GROUPS.filter((group) => options[group] === true).join();
  const names = known.get(key) ?? chosenColumns(rules, options);
  known.set(key, names);
  return names;
}

function chosenColumns<S extends Schema>(
  { schema, needed = [], groups = {} }: ColumnRules<S>,
  options: { readonly columns?: readonly string[] } & ColumnGroups,
): readonly (keyof S & string)[] {
  const unknown = options.columns?.find((name) => !Object.hasOwn(schema.columns, name));
  if (unknown !== undefined) throw new UsageError(`columns: '${unknown}' is not a column of ${schema.name}`);
  const chosen = new Set<string>([
    ...needed,
    ...(options.columns ?? schema.names.filter((name) => schema.columns[name]!.basic)),
  ]);
  for (const group of GROUPS) {
    if (options[group] !== true) continue;
    const belongs = groups[group];
    if (belongs === undefined) throw new UsageError(`${group}: ${schema.name} has no such columns`);
    for (const name of schema.names) if (belongs(schema.columns[name]!)) chosen.add(name);
  }
  return schema.names.filter((name) => chosen.has(name));
}
