const NAME = 'tilth.key';
const FRAGMENT = '#key=';

/** The part of a browser window that the key's keeper needs; tests pass their own. */
export interface KeyWindow {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/**
 * The key that this tab uses, from the address's `#key=…` or from an earlier visit in the same tab.
 * A key in the address is taken out of it at once, so that it stays out of the history and of screenshots.
 */
export function readKey(window: KeyWindow): string | undefined {
  const { location, history, sessionStorage } = window;
  if (location.hash.startsWith(FRAGMENT)) {
    const key = decode(location.hash.slice(FRAGMENT.length)).trim();
    history.replaceState(null, '', location.pathname + location.search);
    if (key !== '') {
      sessionStorage.setItem(NAME, key);
    }
  }
  return sessionStorage.getItem(NAME) ?? undefined;
}

/** Keeps the key until the tab is closed. */
export function keepKey(window: KeyWindow, key: string): void {
  window.sessionStorage.setItem(NAME, key);
}

export function forgetKey(window: KeyWindow): void {
  window.sessionStorage.removeItem(NAME);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
