import { useEffect, useRef, useState } from 'react';
import { hasEnded, type Job } from '../api/types.ts';
import { amount, integer, span } from '../text/format.ts';
import { progressOf } from './describe.ts';

/** How far the job is and what it has cost. */
export function JobProgress({ job }: { job: Job }) {
  const left = useTimeLeft(job);
  const { tasks, price } = job;
  const cost = price.paid + price.fees;
  return (
    <section aria-label="Progress">
      <p className="percent">
        <strong>{Math.floor(progressOf(job) * 100)} %</strong>
        {left !== undefined && <span className="quiet-text"> about {span(left)} left</span>}
        {job.state === 'ASSEMBLING' && <span className="quiet-text"> the files are being written</span>}
      </p>
      <progress value={progressOf(job)} max={1} aria-label="Accepted tasks" />
      <dl className="figures">
        <Figure name="Accepted" value={`${integer(tasks.accepted)} of ${integer(tasks.total)}`} />
        {!hasEnded(job.state) && (
          <>
            <Figure name="Rendering" value={integer(tasks.leased)} look="leased" />
            <Figure name="Being checked" value={integer(tasks.reported)} look="reported" />
            <Figure name="Waiting" value={integer(tasks.queued)} />
          </>
        )}
        {tasks.failed > 0 && <Figure name="Failed" value={integer(tasks.failed)} look="failed" />}
        <Figure name={hasEnded(job.state) ? 'Cost' : 'Cost so far'} value={amount(cost)} />
        {hasEnded(job.state) ? (
          <Figure name="Given back" value={amount(price.refunded)} />
        ) : (
          <Figure name="Held, at most" value={amount(price.held)} />
        )}
        {job.finishedAt !== undefined && <Figure name="Took" value={span(Date.parse(job.finishedAt) - Date.parse(job.createdAt))} />}
      </dl>
    </section>
  );
}

function Figure({ name, value, look }: { name: string; value: string; look?: string }) {
  return (
    <div>
      <dt>
        {look !== undefined && <span className={`swatch ${look}`} aria-hidden="true" />}
        {name}
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

const MIN_MILLIS = 2000;

/** The time that is left at the pace since the page was opened; undefined until there is a pace. */
function useTimeLeft(job: Job): number | undefined {
  const [now, setNow] = useState(() => Date.now());
  const start = useRef({ at: Date.now(), accepted: job.tasks.accepted });
  useEffect(() => setNow(Date.now()), [job.tasks.accepted]);
  const done = job.tasks.accepted - start.current.accepted;
  const elapsed = now - start.current.at;
  if (job.state !== 'RUNNING' || done <= 0 || elapsed < MIN_MILLIS) {
    return undefined;
  }
  return ((job.tasks.total - job.tasks.accepted) / done) * elapsed;
}
