import { createRequire } from 'node:module';

/** Prints as JSON what a package that calls netstat makes of this host. */
const require = createRequire(import.meta.url);

const PROGRAMS = {
  async networkConnections() {
    return require('systeminformation').networkConnections();
  },
  async networkGatewayDefault() {
    return require('systeminformation').networkGatewayDefault();
  },
  async networkStats() {
    const stats = await require('systeminformation').networkStats('*');
    return stats.map(({ iface, operstate }) => ({ iface, operstate }));
  },
  nodeNetstat() {
    const netstat = require('node-netstat');
    return new Promise((resolve, reject) => {
      const rows = [];
      const done = (error) => (error ? reject(error) : resolve(rows));
      netstat({ done }, (row) => rows.push(row));
    });
  },
  async findProcess() {
    const { default: find } = await import('find-process');
    const found = await find('port', Number(process.argv[3]));
    return found.map(({ pid, name }) => ({ pid, name }));
  },
};

console.log(JSON.stringify(await PROGRAMS[process.argv[2]]()));
