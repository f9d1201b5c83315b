import { describe, expect, it } from 'vitest';
import { forgetKey, keepKey, readKey } from '../src/session/key.ts';

class FakeWindow {
  readonly stored = new Map<string, string>();
  shown: string | undefined;
  readonly location: { hash: string; pathname: string; search: string };
  readonly history = { replaceState: (_: unknown, __: string, url: string) => void (this.shown = url) };
  readonly sessionStorage = {
    getItem: (name: string) => this.stored.get(name) ?? null,
    setItem: (name: string, value: string) => void this.stored.set(name, value),
    removeItem: (name: string) => void this.stored.delete(name),
  };

  constructor(hash: string) {
    this.location = { hash, pathname: '/', search: '?a=1' };
  }
}

describe('the key', () => {
  it('is taken from the address and removed from it', () => {
    const window = new FakeWindow('#key=tk_abc%2B');
    expect(readKey(window)).toBe('tk_abc+');
    expect(window.shown).toBe('/?a=1');
  });

  it('is remembered by the tab', () => {
    const window = new FakeWindow('');
    expect(readKey(window)).toBeUndefined();
    keepKey(window, 'tk_1');
    expect(readKey(window)).toBe('tk_1');
    forgetKey(window);
    expect(readKey(window)).toBeUndefined();
  });

  it('leaves other fragments of the address alone', () => {
    const window = new FakeWindow('#/jobs');
    expect(readKey(window)).toBeUndefined();
    expect(window.shown).toBeUndefined();
  });

  it('of an empty or broken fragment does not replace the one in use', () => {
    const empty = new FakeWindow('#key=');
    keepKey(empty, 'tk_1');
    expect(readKey(empty)).toBe('tk_1');
    expect(readKey(new FakeWindow('#key=%zz'))).toBe('%zz');
  });
});
