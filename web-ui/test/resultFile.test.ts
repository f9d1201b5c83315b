import { describe, expect, it } from 'vitest';
import { parseResultFile } from '../src/film/resultFile.ts';

/** TLR1, 2 blocks: 7 work units and 3 bytes, 2^32 + 1 work units and 0 bytes; written by hand from the farm's definition. */
const FILE = [
  0x54, 0x4c, 0x52, 0x31, 2, 0, 0, 0,
  7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0,
  1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
  0xaa, 0xbb, 0xcc,
];

const file = (bytes: readonly number[]): ArrayBuffer => Uint8Array.from(bytes).buffer;
const changed = (at: number, value: number): ArrayBuffer => file(FILE.map((byte, i) => (i === at ? value : byte)));

describe('a result file', () => {
  it('is read to its blocks with their work units', () => {
    const [first, second, ...rest] = parseResultFile(file(FILE));
    expect(first?.workUnits).toBe(7n);
    expect([...new Uint8Array(first?.bytes.buffer as ArrayBuffer, first?.bytes.byteOffset, first?.bytes.byteLength)]).toEqual([0xaa, 0xbb, 0xcc]);
    expect(second?.workUnits).toBe(4294967297n);
    expect(second?.bytes.byteLength).toBe(0);
    expect(rest).toEqual([]);
  });

  it.each([
    ['without its magic', changed(0, 0x55), 'does not start with TLR1'],
    ['that is empty', file([]), 'does not start with TLR1'],
    ['with no block', changed(4, 0), '0 blocks is out of range'],
    ['with a negative number of blocks', changed(7, 0x80), 'blocks is out of range'],
    ['with more blocks than it has room for', changed(4, 4), '4 blocks is out of range'],
    ['with negative work units', changed(15, 0x80), 'block 0 is out of range'],
    ['with a negative length', changed(19, 0x80), 'block 0 is out of range'],
    ['with a block that is longer than the file', changed(28, 9), 'block 1 is out of range'],
    ['that is cut short', file(FILE.slice(0, -1)), 'block 0 is out of range'],
    ['with bytes after its end', file([...FILE, 0]), 'bytes follow the last block'],
  ])('%s is refused', (_, content, why) => {
    expect(() => parseResultFile(content)).toThrow(why);
  });
});
