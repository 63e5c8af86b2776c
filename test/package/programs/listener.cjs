// node listener.cjs PORT: as listener.mjs, by require().
const { sockets } = require('sockdiag');

sockets({ netid: ['tcp'], state: 'listen', filter: `sport = :${process.argv[2]}`, owners: true }).then((table) => {
  const { source, warnings } = table;
  const answer = { version: process.versions.node, source, warnings, rows: table.toObjects() };
  console.log(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
});
