import { beforeAll, describe, expect, test } from 'vitest';
import { firstRequest } from '../../src/cli/ask-ahead.ts';
import { bundle } from '../oracle/oracle.ts';
import { mkprocess } from '../support/mksock.ts';
import { type Netns, netns } from '../support/netns.ts';
import { suiteScope } from '../support/suite-scope.ts';

const scope = suiteScope();
let ns: Netns;

beforeAll(async () => {
  ns = await netns(scope);
  await mkprocess(ns, {}, [
    { kind: 'tcp-listen', host: '127.0.0.1', port: 4000, backlog: 7 },
    { kind: 'tcp-connected', host: '::1', port: 4001 },
    { kind: 'udp', host: '127.0.0.1', port: 4003 },
  ]);
});

/** How often the first request had been sent before it was made. */
async function askedAhead(words: readonly string[]): Promise<number> {
  const env = { NODE_DEBUG: 'sockdiag' };
  const { stderr, status } = await ns.exec([process.execPath, bundle, ...words], { env });
  expect(status).toBe(0);
  return stderr.toString().split('asked ahead').length - 1;
}

describe('the request is guessed right', () => {
  test.each([
    '',
    '-n',
    '-an',
    '-tan',
    '-t',
    '-tano',
    '-tanpee',
    '-tuan',
    '-uan',
    '-u',
    '-xtan',

    '-rn',
    '-r',
    '-rne',
    '-Nr',
  ])('of %j', async (letters) => {
    expect(await askedAhead(letters === '' ? [] : [letters])).toBe(1);
  });
});

describe('nothing is guessed', () => {
  test.each([
    ['listeners, who are few', '-tln'],
    ['one address family', '-tan4'],
    ['letters of a table of its own', '-i'],
    ['the routing cache', '-rnC'],
    ['options with a long name', '--tcp'],
    ['more words', '-tan -v'],
    ['no options', 'tan'],
    ['unix sockets alone', '-xan'],
  ])('of %s', (_what, words) => {
    expect(firstRequest(words.split(' '))).toBeUndefined();
  });
});
