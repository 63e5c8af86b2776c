// Reads tables again and again in one process while the preloaded shim breaks their dumps:
// broken-dumps.mjs DIST CASES, where CASES is JSON of [{ read, options, env }]. `read` is the name of a function, or
// `stream`; without `env` the dump is left alone. Prints what became of each as a JSON array.
const [dist, cases] = process.argv.slice(2);
const library = await import(`${dist}/index.js`);
const { forgetRefusals } = await import(`${dist}/sources/source.js`);

async function streamed(options) {
  const tables = [];
  for await (const chunk of library.sockets.stream(options)) tables.push(chunk);
  return tables;
}

async function became(read, options) {
  try {
    const tables = read === 'stream' ? await streamed(options) : [await library[read](options)];
    const warnings = tables.flatMap((table) => table.warnings);
    return {
      rows: tables.reduce((sum, { length }) => sum + length, 0),
      source: tables[0]?.source ?? '',
      distinct: new Set(tables.flatMap((table) => table.toObjects().map(stringOf))).size,
      malformed: warnings.reduce((sum, { code, count }) => sum + (code === 'malformed' ? (count ?? 0) : 0), 0),
    };
  } catch (error) {
    const typed = error instanceof library.SockdiagError;
    return { error: { name: typed ? error.name : `untyped ${error.stack}`, code: error.code } };
  }
}

function stringOf(row) {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

const told = [];
for (const { read, options, env = {} } of JSON.parse(cases)) {
  forgetRefusals();
  for (const name of ['FAULT', 'FAULT_ON', 'FAULT_AT']) delete process.env[name];
  Object.assign(process.env, env);
  told.push(await became(read, options));
}
console.log(JSON.stringify(told));
