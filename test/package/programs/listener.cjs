// node listener.cjs PORT: as listener.mjs, by require().
const { readFileSync } = require('node:fs');
const { sockets } = require('sockdiag');

sockets({ netid: ['tcp'], state: 'listen', filter: `sport = :${process.argv[2]}`, owners: true }).then((table) => {
  const { source, warnings } = table;
  const addons = [...new Set(readFileSync('/proc/self/maps', 'latin1').match(/[^/]+\.node$/gm))];
  const answer = { version: process.versions.node, addons, source, warnings, rows: table.toObjects() };
  console.log(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
});
