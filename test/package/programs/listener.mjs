// node listener.mjs PORT: what the package says of the listener on 127.0.0.1:PORT, and the addons this process has mapped,
// as JSON.
import { readFileSync } from 'node:fs';
import { sockets } from 'sockdiag';

const table = await sockets({ netid: ['tcp'], state: 'listen', filter: `sport = :${process.argv[2]}`, owners: true });
const { source, warnings } = table;
const addons = [...new Set(readFileSync('/proc/self/maps', 'latin1').match(/[^/]+\.node$/gm))];
const answer = { version: process.versions.node, addons, source, warnings, rows: table.toObjects() };
console.log(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
