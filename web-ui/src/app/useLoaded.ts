import { useCallback, useEffect, useState } from 'react';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/**
 * Loads a value and, when `pollMillis` is given, loads it again that often while the page is visible. The last value
 * stays while a later load runs or fails. `load` must be stable: wrap it in useCallback.
 */
export function useLoaded<T>(load: () => Promise<T>, pollMillis?: number): Loaded<T> {
  const [state, setState] = useState<{ value: T | undefined; error: unknown }>({ value: undefined, error: undefined });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    load().then(
      (value) => current && setState({ value, error: undefined }),
      (error: unknown) => current && setState((before) => ({ value: before.value, error })),
    );
    return () => {
      current = false;
    };
  }, [load, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => {
    if (pollMillis === undefined) {
      return undefined;
    }
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), pollMillis);
    return () => clearInterval(timer);
  }, [pollMillis, reload]);
  return { ...state, reload };
}
