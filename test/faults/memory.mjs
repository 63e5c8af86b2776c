// Reads tables while the preloaded shim lets one piece of the addon's memory after another fail:
// memory.mjs DIST READINGS, where READINGS is JSON of [{ read, options, recorded }]. Prints for each, as JSON, how many rows
// there are with all memory (with owners: rows that have one), and what became of each attempt: rows, or the code of the error.
const [dist, readings] = process.argv.slice(2);
const library = await import(`${dist}/index.js`);
const { forgetRefusals } = await import(`${dist}/sources/source.js`);

const MOST = 400;
const ENOUGH = 8;
const WITHOUT_FAULT = 'memory:1000000';

async function rowsOf({ read, options, recorded }) {
  const all = { ...options, ...(recorded ? { record: () => {} } : {}) };
  if (read !== 'stream') {
    const table = await library[read](all);
    return options.owners === undefined ? table.length : table.toObjects().filter(({ pid }) => pid !== null).length;
  }
  let rows = 0;
  for await (const chunk of library.sockets.stream(all)) rows += chunk.length;
  return rows;
}

/** Each piece of memory in turn, until several attempts lack nothing: then there are no more. */
async function attempts(reading, whole) {
  const told = [];
  while (told.length < MOST && (told.length < ENOUGH || told.slice(-ENOUGH).some((one) => one !== whole))) {
    forgetRefusals();
    process.env.FAULT = `memory:${told.length}`;
    told.push(await rowsOf(reading).catch(codeOf));
  }
  process.env.FAULT = WITHOUT_FAULT;
  return told;
}

function codeOf(error) {
  return error instanceof library.SockdiagError ? error.code : `untyped ${error.stack}`;
}

const results = [];
for (const reading of JSON.parse(readings)) {
  const whole = await rowsOf(reading);
  results.push({ whole, became: await attempts(reading, whole), again: await rowsOf(reading) });
}
console.log(JSON.stringify(results));
