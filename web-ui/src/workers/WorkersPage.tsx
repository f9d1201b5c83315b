import { useCallback } from 'react';
import type { Worker } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { useSession } from '../app/session.ts';
import { useLoaded } from '../app/useLoaded.ts';
import { amount, integer, shortId } from '../text/format.ts';
import { type Column, Table } from '../app/Table.tsx';

const POLL_MILLIS = 5000;

const COLUMNS: readonly Column<Worker>[] = [
  { name: 'Worker', cell: (w) => <span title={w.id}>{w.name === '' ? shortId(w.id) : w.name}</span> },
  { name: 'State', cell: (w) => <span className={w.connected ? 'badge good' : 'badge'}>{w.connected ? 'Connected' : 'Away'}</span> },
  { name: 'Device', cell: (w) => w.device },
  { name: 'Engines', cell: (w) => w.engines.join(', ') },
  { name: 'Trust', cell: (w) => (w.trusted ? <span className="badge trusted">Trusted</span> : 'Audited') },
  { name: 'Tasks accepted', cell: (w) => integer(w.tasksAccepted), numeric: true },
  { name: 'Earned', cell: (w) => amount(w.earned), numeric: true },
];

/** The workers under this account, or all of the farm's for its operator. */
export function WorkersPage() {
  const { client } = useSession();
  const workers = useLoaded(useCallback(() => client.workers(), [client]), POLL_MILLIS);
  return (
    <section className="page">
      <h1>Workers</h1>
      <p className="lead">
        A worker computes and is audited: of every tile one block is computed again. A trusted worker does the auditing.
      </p>
      {workers.error !== undefined && <Problem title="The workers cannot be listed" error={workers.error} />}
      {workers.value === undefined ? (
        workers.error === undefined && <p className="quiet-text">Loading…</p>
      ) : (
        <Table
          caption="Workers"
          columns={COLUMNS}
          rows={workers.value}
          keyOf={(w) => w.id}
          empty={
            <>
              No worker yet. <code>./tilth worker render</code> on any machine joins it to this farm.
            </>
          }
        />
      )}
    </section>
  );
}
