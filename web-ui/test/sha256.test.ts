import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, Sha256 } from '../src/upload/sha256.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('SHA-256', () => {
  it('has the digests of the standard', () => {
    expect(new Sha256().hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(new Sha256().update(ascii('abc')).hex()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(new Sha256().update(ascii('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).hex()).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
  });

  it('does not depend on how the content is cut', () => {
    const content = Uint8Array.from({ length: 1000 }, (_, i) => (i * 131 + (i >> 3)) & 255);
    const wanted = createHash('sha256').update(content).digest('hex');
    for (const size of [1, 3, 55, 56, 63, 64, 65, 119, 120, 128, 999, 1000]) {
      const sha = new Sha256();
      for (let at = 0; at < content.length; at += size) {
        sha.update(content.subarray(at, at + size));
      }
      expect(sha.hex(), `in pieces of ${size}`).toBe(wanted);
    }
  });

  it('is right for every length around the blocks', () => {
    for (let length = 0; length < 200; length++) {
      const content = new Uint8Array(length).fill(length);
      expect(new Sha256().update(content).hex(), `of ${length} bytes`).toBe(createHash('sha256').update(content).digest('hex'));
    }
  });

  it('of a file is the same by WebCrypto and, where a page has none, by slices', async () => {
    const content = new Uint8Array(5 * 1024 * 1024).map((_, i) => i % 251);
    const wanted = createHash('sha256').update(content).digest('hex');
    expect(await digestOf(new Blob([content]))).toBe(wanted);
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
    try {
      expect(await digestOf(new Blob([content]))).toBe(wanted);
    } finally {
      Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
    }
  });
});
