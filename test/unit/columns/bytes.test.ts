import { expect, test } from 'vitest';
import { decodeText, encodeText, printable } from '../../../src/columns/bytes.ts';

test('well-formed UTF-8 is itself', () => {
  for (const text of ['', 'plain', 'naïve', '日本', '😀 ok', '\u0000abstract', '\ufeffbom']) {
    expect(decodeText(Buffer.from(text))).toBe(text);
  }
});

test('a byte that is not UTF-8 becomes U+DC00 + byte, and comes back', () => {
  expect(decodeText(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\udcffb');
  expect(encodeText('a\udcffb')).toEqual(Buffer.from([0x61, 0xff, 0x62]));
  expect(decodeText(Uint8Array.of(0xed, 0xa0, 0x80))).toBe('\udced\udca0\udc80');
  expect(decodeText(Uint8Array.of(0xf0, 0x9f, 0x98))).toBe('\udcf0\udc9f\udc98');
});

test('any bytes survive the round trip', () => {
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Buffer.from(Array.from({ length: round % 40 }, () => Math.floor(Math.random() * 256)));
    expect(Buffer.from(encodeText(decodeText(bytes)))).toEqual(bytes);
  }
});

test('printable text has no control characters', () => {
  expect(printable(Uint8Array.of(0x1b, 0x5b, 0x41, 0x0a, 0x7f, 0x80, 0x20))).toBe('.[A... ');
});
