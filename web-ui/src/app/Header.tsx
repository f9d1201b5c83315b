import type { Account } from '../api/types.ts';
import { amount } from '../text/format.ts';
import { Logo } from './Logo.tsx';
import { addressOf, type Route } from './route.ts';

const PAGES = [
  { page: 'render', label: 'Render' },
  { page: 'jobs', label: 'Jobs' },
  { page: 'workers', label: 'Workers' },
  { page: 'ledger', label: 'Ledger' },
] as const;

export function Header({ route, account, onLeave }: { route: Route; account: Account; onLeave: () => void }) {
  const current = route.page === 'job' ? 'jobs' : route.page;
  return (
    <header className="header">
      <a className="brand" href={addressOf({ page: 'render' })}>
        <Logo />
        <span>Tilth</span>
      </a>
      <nav aria-label="Pages">
        <ul>
          {PAGES.map(({ page, label }) => (
            <li key={page}>
              <a href={addressOf({ page })} aria-current={page === current ? 'page' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="who">
        <span className="balance" title={`Balance of ${account.name}`}>
          <span className="visually-hidden">Balance </span>
          {amount(account.balance)}
        </span>
        <button type="button" className="quiet" onClick={onLeave} title="Forget the key in this tab">
          Leave
        </button>
      </div>
    </header>
  );
}
