import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { FarmClient } from '../api/farmClient.ts';
import { FarmProblem } from '../api/problem.ts';
import type { Account } from '../api/types.ts';
import { Logo } from '../app/Logo.tsx';
import { Problem } from '../app/Problem.tsx';

interface KeyGateProps {
  /** A key that the tab remembers or the address brought; it is tried at once. */
  readonly initial: string | undefined;
  readonly onEnter: (key: string, account: Account) => void;
}

/** Asks for the key and lets in whom the farm knows. */
export function KeyGate({ initial, onEnter }: KeyGateProps) {
  const [key, setKey] = useState(initial ?? '');
  const [busy, setBusy] = useState(initial !== undefined);
  const [error, setError] = useState<unknown>();
  const enter = useCallback(
    async (entered: string) => {
      setBusy(true);
      setError(undefined);
      try {
        onEnter(entered, await new FarmClient(entered).account());
      } catch (refused) {
        setError(refused);
        setBusy(false);
      }
    },
    [onEnter],
  );
  useEffect(() => {
    if (initial !== undefined) {
      void enter(initial);
    }
  }, [initial, enter]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== '') {
      void enter(key.trim());
    }
  };
  return (
    <main className="gate">
      <form className="card" onSubmit={submit}>
        <h1>
          <Logo /> Tilth
        </h1>
        <p className="lead">A render farm whose pictures are the same to the bit, wherever they were computed.</p>
        <label htmlFor="key">Your key</label>
        <input
          id="key"
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          required
          value={key}
          disabled={busy}
          onChange={(event) => setKey(event.target.value)}
          aria-describedby="key-hint"
        />
        <p id="key-hint" className="hint">
          <code>./tilth up</code> prints the first one and writes it to <code>farm.json</code>. It stays in this tab only.
        </p>
        {error !== undefined && <Problem title={titleOf(error)} error={error} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Entering…' : 'Enter'}
        </button>
      </form>
    </main>
  );
}

function titleOf(error: unknown): string {
  return error instanceof FarmProblem && error.status === 401 ? 'The farm does not know this key' : 'This did not work';
}
