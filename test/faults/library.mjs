// Calls the library once and prints what came of it as JSON: library.mjs DIST FUNCTION OPTIONS. For sockets also how many
// rows repeat the inode and address of another.
const [dist, name, options] = process.argv.slice(2);
const library = await import(dist);

function repeated(table) {
  const seen = new Set();
  let count = 0;
  for (const row of table) {
    const key = JSON.stringify([
      row.netid,
      row.inode,
      row.localAddress,
      row.localPort,
      row.remoteAddress,
      row.remotePort,
    ]);
    count += seen.has(key) && row.inode !== 0 ? 1 : 0;
    seen.add(key);
  }
  return count;
}

try {
  const table = await library[name](JSON.parse(options ?? '{}'));
  const { length, source, interrupted, warnings } = table;
  const states = name === 'sockets' ? [...new Set(table.column('state'))] : [];
  const said = {
    rows: length,
    source,
    interrupted,
    warnings,
    repeated: name === 'sockets' ? repeated(table) : 0,
    states,
  };
  console.log(JSON.stringify(said));
} catch (error) {
  const { code, errno, op, message } = error;
  console.log(JSON.stringify({ error: { name: error.constructor.name, code, errno, op, message } }));
  process.exitCode = 1;
}
