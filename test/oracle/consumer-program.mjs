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
    // What depends on when it was asked is left out.
    return stats.map(({ rx_sec, tx_sec, ms, ...rest }) => rest);
  },
  async networkInterfaces() {
    return require('systeminformation').networkInterfaces();
  },
  nodeNetstat() {
    const netstat = require('node-netstat');
    return new Promise((resolve, reject) => {
      const rows = [];
      const done = (error) => (error ? reject(error) : resolve(rows));
      netstat({ done }, (row) => rows.push(row));
    });
  },
  nodeNetstatSync() {
    const rows = [];
    const options = { sync: true, filter: { protocol: 'tcp' }, limit: 3 };
    require('node-netstat')(options, (row) => rows.push(row));
    return rows;
  },
  async findProcess() {
    const { default: find } = await import('find-process');
    const found = await Promise.all(process.argv.slice(3).map((port) => find('port', Number(port))));
    return found.map((processes) => processes.map(({ pid, name }) => ({ pid, name })));
  },
};

console.log(JSON.stringify(await PROGRAMS[process.argv[2]]()));
