import { useCallback, useEffect, useState } from 'react';
import type { Posting } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { addressOf } from '../app/route.ts';
import { useSession } from '../app/session.ts';
import { type Column, Table } from '../app/Table.tsx';
import { useLoaded } from '../app/useLoaded.ts';
import { amount, instant, integer, shortId } from '../text/format.ts';
import { type Movements, purposeText, readMovements, signed, sumOf } from './statement.ts';

const STEP = 200;

const COLUMNS: readonly Column<Posting>[] = [
  { name: 'At', cell: (p) => instant(p.at) },
  { name: 'Account', cell: (p) => <span title={p.account}>{accountText(p.account)}</span> },
  { name: 'Purpose', cell: (p) => purposeText(p.purpose) },
  { name: 'Job', cell: (p) => (p.job === undefined ? '—' : <a href={addressOf({ page: 'job', id: p.job })}>{jobText(p)}</a>) },
  { name: 'Amount', cell: (p) => <span className={signed(p) < 0 ? 'out' : 'in'}>{amount(signed(p))}</span>, numeric: true },
];

/** The account's postings; the operator may see those of the whole farm, which sum to 0. */
export function LedgerPage() {
  const { client, account } = useSession();
  const [all, setAll] = useState(false);
  const [shown, setShown] = useState(STEP);
  const { value, error } = useLoaded(useCallback(() => readMovements(client, all), [client, all]));
  useEffect(() => setShown(STEP), [all]);
  return (
    <section className="page">
      <h1>Ledger</h1>
      <p className="lead">Every movement is double entry, and nothing is ever taken back but by another movement.</p>
      {account.roles.includes('OPERATOR') && (
        <label className="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          The whole farm
        </label>
      )}
      {error !== undefined && <Problem title="The statement cannot be read" error={error} />}
      {value === undefined ? (
        error === undefined && <p className="quiet-text">Loading…</p>
      ) : (
        <>
          <Sum movements={value} all={all} />
          <Table
            caption="Postings"
            columns={COLUMNS}
            rows={value.postings.slice(0, shown)}
            keyOf={(p) => `${p.number} ${p.account} ${p.direction}`}
            empty="Nothing has moved yet."
          />
        </>
      )}
      {value !== undefined && value.postings.length > shown && (
        <button type="button" onClick={() => setShown((n) => n + STEP)}>
          Show older ones
        </button>
      )}
    </section>
  );
}

function Sum({ movements: { postings, balance, isCut }, all }: { movements: Movements; all: boolean }) {
  return (
    <p>
      {integer(postings.length)} postings{isCut && ', and more that are not shown here'}.{' '}
      <strong>
        {all ? `Together ${amount(sumOf(postings))}` : `Balance ${amount(balance)}`}
      </strong>
    </p>
  );
}

function accountText(account: string): string {
  const [kind, id] = account.split('/');
  return id === undefined ? shortId(account) : `${kind} ${shortId(id)}`;
}

function jobText(posting: Posting): string {
  const job = shortId(posting.job ?? '');
  return posting.task === undefined ? job : `${job}, task ${posting.task}`;
}
