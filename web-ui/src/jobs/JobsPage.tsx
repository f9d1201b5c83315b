import { useCallback, useState } from 'react';
import { hasEnded, type Job } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { addressOf } from '../app/route.ts';
import { useSession } from '../app/session.ts';
import { type Column, Table } from '../app/Table.tsx';
import { useLoaded } from '../app/useLoaded.ts';
import { amount, instant, shortId } from '../text/format.ts';
import { describeJob, progressOf } from './describe.ts';
import { StateBadge } from './StateBadge.tsx';

const PAGE = 50;
const POLL_MILLIS = 4000;

const columns = (sceneNames: ReadonlyMap<string, string>): readonly Column<Job>[] => [
  {
    name: 'Job',
    cell: (job) => (
      <a href={addressOf({ page: 'job', id: job.id })} title={job.id}>
        {shortId(job.id)}
      </a>
    ),
  },
  { name: 'State', cell: (job) => <StateBadge state={job.state} kind={job.kind} /> },
  { name: 'Scene', cell: (job) => sceneNames.get(job.request.scene ?? '') ?? '—' },
  { name: 'What', cell: describeJob },
  { name: 'Started', cell: (job) => instant(job.createdAt) },
  { name: 'Progress', cell: (job) => <JobProgress job={job} /> },
  { name: 'Cost', cell: (job) => amount(job.price.paid + job.price.fees), numeric: true },
];

/** The account's jobs, the newest first. */
export function JobsPage() {
  const { client } = useSession();
  const newest = useLoaded(useCallback(() => client.jobs(PAGE), [client]), POLL_MILLIS);
  const scenes = useLoaded(useCallback(() => client.scenes(), [client]));
  const names = new Map(scenes.value?.map((scene) => [scene.id, scene.name]));
  const [older, setOlder] = useState<readonly Job[]>([]);
  const [error, setError] = useState<unknown>();
  const [end, setEnd] = useState(false);
  const jobs = newest.value === undefined ? undefined : merged(newest.value, older);
  const more = async (): Promise<void> => {
    try {
      const page = await client.jobs(PAGE, jobs?.at(-1)?.id);
      setOlder((before) => [...before, ...page]);
      setEnd(page.length < PAGE);
      setError(undefined);
    } catch (refused) {
      setError(refused);
    }
  };
  const problem = error ?? newest.error;
  return (
    <section className="page">
      <h1>Jobs</h1>
      {problem !== undefined && <Problem title="The jobs cannot be listed" error={problem} />}
      {jobs === undefined ? (
        problem === undefined && <p className="quiet-text">Loading…</p>
      ) : (
        <Table
          caption="Jobs"
          columns={columns(names)}
          rows={jobs}
          keyOf={(job) => job.id}
          empty={
            <>
              No job yet. <a href={addressOf({ page: 'render' })}>Drop a scene</a> to start the first one.
            </>
          }
        />
      )}
      {jobs !== undefined && jobs.length >= PAGE && !end && (
        <button type="button" onClick={() => void more()}>
          Older jobs
        </button>
      )}
    </section>
  );
}

function JobProgress({ job }: { job: Job }) {
  return hasEnded(job.state) ? (
    <>
      {job.tasks.accepted} of {job.tasks.total} tasks
    </>
  ) : (
    <progress value={progressOf(job)} max={1} aria-label={`${job.tasks.accepted} of ${job.tasks.total} tasks`} />
  );
}

function merged(newest: readonly Job[], older: readonly Job[]): Job[] {
  const known = new Set(newest.map((job) => job.id));
  return [...newest, ...older.filter((job) => !known.has(job.id))];
}
