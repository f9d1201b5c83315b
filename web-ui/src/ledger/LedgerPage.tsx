import { useCallback, useEffect, useState } from 'react';
import type { Posting, Statement } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { addressOf } from '../app/route.ts';
import { useSession } from '../app/session.ts';
import { amount, instant, shortId } from '../text/format.ts';
import { type Column, Table } from '../app/Table.tsx';

const PAGE = 100;

const COLUMNS: readonly Column<Posting>[] = [
  { name: 'At', cell: (p) => instant(p.at) },
  { name: 'Account', cell: (p) => <span title={p.account}>{shortId(p.account)}</span> },
  { name: 'Purpose', cell: (p) => p.purpose },
  { name: 'Job', cell: (p) => (p.job === undefined ? '—' : <a href={addressOf({ page: 'job', id: p.job })}>{jobText(p)}</a>) },
  { name: 'Amount', cell: (p) => <span className={signed(p) < 0 ? 'out' : 'in'}>{amount(signed(p))}</span>, numeric: true },
];

/** The account's postings; the operator may see those of the whole farm, which sum to 0. */
export function LedgerPage() {
  const { client, account } = useSession();
  const [all, setAll] = useState(false);
  const [statement, setStatement] = useState<Statement>();
  const [more, setMore] = useState(false);
  const [error, setError] = useState<unknown>();
  const load = useCallback(
    async (before?: Statement) => {
      setError(undefined);
      try {
        const page = await client.statement(PAGE, before?.postings.at(-1)?.transfer, all);
        setMore(page.postings.length >= PAGE);
        setStatement(before === undefined ? page : { ...page, postings: [...before.postings, ...page.postings] });
      } catch (refused) {
        setError(refused);
      }
    },
    [client, all],
  );
  useEffect(() => void load(), [load]);
  return (
    <section className="page">
      <h1>Ledger</h1>
      <p className="lead">
        Every movement is double entry and stays for ever. {statement !== undefined && <Balance statement={statement} all={all} />}
      </p>
      {account.roles.includes('OPERATOR') && (
        <label className="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          The whole farm
        </label>
      )}
      {error !== undefined && <Problem title="The statement cannot be read" error={error} />}
      {statement === undefined ? (
        error === undefined && <p className="quiet-text">Loading…</p>
      ) : (
        <Table
          caption="Postings"
          columns={COLUMNS}
          rows={statement.postings}
          keyOf={(p) => `${p.transfer} ${p.account} ${p.direction}`}
          empty="No movement yet."
        />
      )}
      {more && statement !== undefined && (
        <button type="button" onClick={() => void load(statement)}>
          More
        </button>
      )}
    </section>
  );
}

function Balance({ statement, all }: { statement: Statement; all: boolean }) {
  return (
    <strong>
      {all ? 'Sum over the farm' : 'Balance'}: {amount(statement.balance)}
    </strong>
  );
}

function jobText(posting: Posting): string {
  const job = shortId(posting.job ?? '');
  return posting.task === undefined ? job : `${job}, task ${posting.task}`;
}

function signed(posting: Posting): number {
  return posting.direction === 'DEBIT' ? -posting.amount : posting.amount;
}
