import { describe, expect, test } from 'vitest';
import { LineCursor } from '../../../../src/sources/procfs/lines.ts';

const on = (text: string): LineCursor => {
  const cursor = new LineCursor(Buffer.from(text, 'latin1'));
  cursor.nextLine();
  return cursor;
};

describe('lines', () => {
  test.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\0c\n', ['a\r', 'b\0c']],
  ])('%j', (text, expected) => {
    const cursor = new LineCursor(Buffer.from(text));
    const lines: string[] = [];
    while (cursor.nextLine()) lines.push(Buffer.from(cursor.rest()).toString());
    expect(lines).toEqual(expected);
    expect(cursor.line).toBe(expected.length - 1);
  });

  test('a failed line does not spoil the next one', () => {
    const cursor = on('x\n7');
    cursor.decimal();
    expect(cursor.failed).toBe(true);
    cursor.nextLine();
    expect([cursor.decimal(), cursor.failed]).toEqual([7, false]);
  });
});

describe('fields', () => {
  test.each([
    ['0', 0],
    [' \t42 ', 42],
    ['4294967295', 4294967295],
    ['00000000007', 7],
    ['7abc', 7],
  ])('decimal %j', (text, expected) => {
    const cursor = on(text);
    expect([cursor.decimal(), cursor.failed]).toEqual([expected, false]);
  });

  test.each(['', ' ', 'a', '-1', '4294967296', '9'.repeat(400), '+1'])('no decimal: %j', (text) => {
    const cursor = on(text);
    expect([cursor.decimal(), cursor.failed]).toEqual([0, true]);
  });

  test.each([
    ['-2', 4294967294],
    ['-2147483648', 2147483648],
    ['4278198272', 4278198272],
    ['-0', 0],
  ])('signed %j', (text, expected) => {
    const cursor = on(text);
    expect([cursor.signed(), cursor.failed]).toEqual([expected, false]);
  });

  test.each(['-', '- 1', '--1', '-2147483649', '-99999999999'])('not signed: %j', (text) => {
    const cursor = on(text);
    cursor.signed();
    expect(cursor.failed).toBe(true);
  });

  test.each([
    ['0', 0],
    ['FFFFFFFF', 0xffffffff],
    ['deadBEEF:1', 0xdeadbeef],
    ['0000000A', 10],
  ])('hex %j', (text, expected) => {
    const cursor = on(text);
    expect([cursor.hex(), cursor.failed]).toEqual([expected, false]);
  });

  test.each(['', 'g', '100000000', ':'])('no hex of 8 digits: %j', (text) => {
    const cursor = on(text);
    expect([cursor.hex(), cursor.failed]).toEqual([0, true]);
  });

  test.each([
    ['18446744073709551615', 2n ** 64n - 1n],
    ['999999999999999', 999999999999999n],
    ['9007199254740993', 9007199254740993n],
    ['0', 0n],
  ])('decimal64 %s', (text, expected) => {
    const cursor = on(text);
    expect([cursor.decimal64(), cursor.failed]).toEqual([expected, false]);
  });

  test.each(['18446744073709551616', 'x', '-1', '9'.repeat(100000)])('no decimal64: %.30s', (text) => {
    const cursor = on(text);
    expect([cursor.decimal64(), cursor.failed]).toEqual([0n, true]);
  });

  test('a number ends with its line', () => {
    const cursor = on('12\n34');
    expect(cursor.decimal()).toBe(12);
    expect(cursor.skipBlanks()).toBe(false);
    cursor.hexWord();
    expect(cursor.failed).toBe(true);
  });

  test('bytes of a number are not taken from the next line', () => {
    const cursor = on('0102\n0304');
    cursor.hexBytes(new Uint8Array(4), 4);
    expect(cursor.failed).toBe(true);
  });

  test('the first failure is kept', () => {
    const cursor = on('x 5 6');
    cursor.decimal();
    expect([cursor.decimal(), cursor.hex(), cursor.hexWord(), cursor.decimal64()]).toEqual([0, 0, 0, 0n]);
    expect(cursor.word()).toHaveLength(0);
  });
});
