import { describe, expect, test } from 'vitest';
import { LineBuffer, type ScanFormat, scan } from '../../../../src/sources/procfs/scan.ts';

const FORMAT: ScanFormat = [['word', 'name'], ['decimal'], ['hex', 'a'], ['colon'], ['hex', 'b'], ['decimal', 'c']];

describe('scan', () => {
  test.each([
    ['x 1 ff:0x10 -7 more', { name: 'x', a: 255, b: 16, c: -7 }],
    ['  x\t1 FFFFFFFF: 10 4294967295', { name: 'x', a: -1, b: 16, c: -1 }],
    ['x 1 1ffffffff:1 99999999999999999999', { name: 'x', a: -1, b: 1, c: -1 }],
    ['x 1 1 :2', { name: 'x', a: 1 }],
    ['x y 1:2 3', { name: 'x' }],
    ['x 1 0A0z', { name: 'x', a: 160 }],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(scan(text, FORMAT)).toEqual(expected);
  });
});

describe('LineBuffer', () => {
  test('behind a short line stands what was there before', () => {
    const line = new LineBuffer(Buffer.from('abcdefgh\nxy\nlast'), 16);
    const seen: string[] = [];
    while (line.next()) seen.push(`${line.text(0)}|${line.text(4, 6)}`);
    expect(seen).toEqual(['abcdefgh\n|ef', 'xy\n|ef', 'last|']);
  });

  test('a long line comes in pieces', () => {
    const line = new LineBuffer(Buffer.from('0123456789\n'), 5);
    const seen: string[] = [];
    while (line.next()) seen.push(line.text(0));
    expect(seen).toEqual(['0123', '4567', '89\n']);
  });
});
