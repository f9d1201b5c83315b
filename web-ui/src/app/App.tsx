import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { FarmClient } from '../api/farmClient.ts';
import type { Account } from '../api/types.ts';
import { JobPage } from '../jobs/JobPage.tsx';
import { JobsPage } from '../jobs/JobsPage.tsx';
import { LedgerPage } from '../ledger/LedgerPage.tsx';
import { WorkersPage } from '../workers/WorkersPage.tsx';
import { RenderPage } from '../render/RenderPage.tsx';
import { forgetKey, keepKey, readKey } from '../session/key.ts';
import { KeyGate } from '../session/KeyGate.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { Problem } from './Problem.tsx';
import { routeOf, titleOf, type Route } from './route.ts';
import { type Session, SessionContext } from './session.ts';
import { useLoaded } from './useLoaded.ts';

const ACCOUNT_POLL_MILLIS = 10_000;
const FARM_POLL_MILLIS = 15_000;

/** The whole page: the gate until there is a key, and then the farm. */
export function App() {
  const [key, setKey] = useState(() => readKey(window));
  const [account, setAccount] = useState<Account>();
  const enter = useCallback((entered: string, itsAccount: Account) => {
    keepKey(window, entered);
    setAccount(itsAccount);
    setKey(entered);
  }, []);
  const leave = useCallback(() => {
    forgetKey(window);
    setAccount(undefined);
    setKey(undefined);
  }, []);
  useEffect(() => {
    const takeKey = (): void => {
      if (location.hash.startsWith('#key=')) {
        setAccount(undefined);
        setKey(readKey(window));
      }
    };
    window.addEventListener('hashchange', takeKey);
    return () => window.removeEventListener('hashchange', takeKey);
  }, []);
  return key === undefined || account === undefined ? (
    <KeyGate key={key ?? ''} initial={key} onEnter={enter} />
  ) : (
    <Inside key={key} apiKey={key} firstAccount={account} onLeave={leave} />
  );
}

function Inside({ apiKey, firstAccount, onLeave }: { apiKey: string; firstAccount: Account; onLeave: () => void }) {
  const client = useMemo(() => new FarmClient(apiKey), [apiKey]);
  const account = useLoaded(useCallback(() => client.account(), [client]), ACCOUNT_POLL_MILLIS);
  const farm = useLoaded(useCallback(() => client.farm(), [client]), FARM_POLL_MILLIS);
  const route = useRoute();
  const main = useFocusOnChange(route);
  const session: Session = useMemo(
    () => ({ client, account: account.value ?? firstAccount, farm: farm.value, refreshAccount: account.reload }),
    [client, account.value, account.reload, farm.value, firstAccount],
  );
  return (
    <SessionContext value={session}>
      <a className="skip" href="#main" onClick={(event) => skip(event, main.current)}>
        Skip to the content
      </a>
      <Header route={route} account={session.account} onLeave={onLeave} />
      <main ref={main} tabIndex={-1}>
        {account.error !== undefined && <Problem title="The farm does not answer" error={account.error} />}
        <div hidden={route.page !== 'render'}>
          <RenderPage visible={route.page === 'render'} />
        </div>
        {route.page === 'jobs' && <JobsPage />}
        {route.page === 'job' && <JobPage key={route.id} id={route.id} />}
        {route.page === 'workers' && <WorkersPage />}
        {route.page === 'ledger' && <LedgerPage />}
      </main>
      <Footer farm={farm.value} />
    </SessionContext>
  );
}

function skip(event: { preventDefault(): void }, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  return useMemo(() => routeOf(hash), [hash]);
}

/** Moves the keyboard's and the screen reader's place to the new page, as a browser does between documents. */
function useFocusOnChange(route: Route) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(route);
  useEffect(() => {
    document.title = titleOf(route);
    if (before.current !== route) {
      before.current = route;
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }, [route]);
  return main;
}
