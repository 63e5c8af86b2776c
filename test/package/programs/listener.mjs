// node listener.mjs PORT: what the package says of the listener on 127.0.0.1:PORT, as JSON.
import { sockets } from 'sockdiag';

const table = await sockets({ netid: ['tcp'], state: 'listen', filter: `sport = :${process.argv[2]}`, owners: true });
const { source, warnings } = table;
const answer = { version: process.versions.node, source, warnings, rows: table.toObjects() };
console.log(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
