import { useEffect, useState } from 'react';
import { hasEnded, type Job } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { addressOf } from '../app/route.ts';
import { useSession } from '../app/session.ts';
import { FrameSlider } from '../render/FrameSlider.tsx';
import { instant, shortId } from '../text/format.ts';
import { describeJob } from './describe.ts';
import { JobProgress } from './JobProgress.tsx';
import { framesOf, type JobView, type JobWatch } from './jobWatch.ts';
import { Outputs } from './Outputs.tsx';
import { Picture, useBlobUrl } from './Picture.tsx';
import { StateBadge } from './StateBadge.tsx';
import { useJobWatch } from './useJobWatch.ts';

/** One job: its picture as it grows, its progress and cost, its files. */
export function JobPage({ id }: { id: string }) {
  const { client, refreshAccount } = useSession();
  const [attempt, setAttempt] = useState(0);
  const watched = useJobWatch(client, id, attempt);
  const { job, connection, error } = watched?.view ?? {};
  const state = job?.state;
  useEffect(() => {
    if (state !== undefined && hasEnded(state)) {
      refreshAccount();
    }
  }, [state, refreshAccount]);
  return (
    <section className="page job">
      {connection === 'lost' && (
        <Problem title={job === undefined ? 'This job cannot be shown' : 'The farm tells no more of this job'} error={error}>
          <button type="button" onClick={() => setAttempt((n) => n + 1)}>
            Try again
          </button>
        </Problem>
      )}
      {watched === undefined || job === undefined ? (
        connection !== 'lost' && <p className="quiet-text">Loading…</p>
      ) : (
        <Shown watch={watched.watch} view={watched.view} job={job} />
      )}
    </section>
  );
}

function Shown({ watch, view, job }: { watch: JobWatch; view: JobView; job: Job }) {
  const frames = framesOf(job);
  const video = job.outputs.find((output) => output.mediaType.startsWith('video/'));
  return (
    <>
      <div className="job-head">
        <h1 title={job.id}>Job {shortId(job.id)}</h1>
        <span aria-live="polite">
          <StateBadge state={job.state} kind={job.kind} />
        </span>
        <p className="quiet-text">
          {describeJob(job)}; started {instant(job.createdAt)}
        </p>
      </div>
      {job.error !== undefined && <Problem title="The job failed" error={new Error(job.error.detail)} />}
      <div className="studio">
        <div className="stage">
          {job.kind === 'RENDER' && <Picture watch={watch} view={view} job={job} />}
          {job.kind === 'RENDER' && frames.last > frames.first && (
            <div className="frame-bar">
              <FrameSlider frames={frames} frame={view.frame} label="Frame" onFrame={(frame) => watch.show(frame)} />
              {!hasEnded(job.state) && (
                <label className="check">
                  <input
                    type="checkbox"
                    checked={view.following}
                    onChange={(event) => (event.target.checked ? watch.follow() : watch.show(view.frame))}
                  />
                  Follow
                </label>
              )}
            </div>
          )}
          {video !== undefined && <Video job={job} name={video.name} />}
        </div>
        <div className="panel">
          <JobProgress job={job} />
          <Connection view={view} />
          <Actions watch={watch} job={job} />
          <Outputs job={job} />
        </div>
      </div>
    </>
  );
}

function Connection({ view: { connection, error } }: { view: JobView }) {
  if (connection === 'waiting') {
    return (
      <p className="hint" role="status">
        The connection is lost; it is being opened again. The job goes on without it.
      </p>
    );
  }
  return error !== undefined && connection !== 'lost' ? <Problem title="Part of this is missing" error={error} /> : null;
}

function Actions({ watch, job }: { watch: JobWatch; job: Job }) {
  const { client, refreshAccount } = useSession();
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = async (): Promise<void> => {
    setError(undefined);
    try {
      watch.update(await client.cancel(job.id));
      refreshAccount();
    } catch (refused) {
      setError(refused);
    } finally {
      setAsked(false);
    }
  };
  if (hasEnded(job.state)) {
    return (
      <a className="button" href={addressOf({ page: 'render' })}>
        Render another
      </a>
    );
  }
  return (
    <div className="actions">
      {asked ? (
        <>
          <span>Cancel it? What is done is paid, the rest comes back.</span>
          <button type="button" className="danger" onClick={() => void cancel()}>
            Cancel the job
          </button>
          <button type="button" className="quiet" onClick={() => setAsked(false)}>
            Go on
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setAsked(true)}>
          Cancel…
        </button>
      )}
      {error !== undefined && <Problem title="The job was not cancelled" error={error} />}
    </div>
  );
}

function Video({ job, name }: { job: Job; name: string }) {
  const [wanted, setWanted] = useState(false);
  const output = job.outputs.find((candidate) => candidate.name === name);
  const { url, error } = useBlobUrl(job.id, wanted ? output : undefined);
  const [unplayable, setUnplayable] = useState(false);
  if (unplayable) {
    return <Problem title="This browser does not play the video" error={new Error(`${name} can be downloaded beside and played elsewhere`)} />;
  }
  if (error !== undefined) {
    return <Problem title="The video cannot be fetched" error={error} />;
  }
  return url === undefined ? (
    <button type="button" disabled={wanted} onClick={() => setWanted(true)}>
      {wanted ? 'Fetching the video…' : 'Play the video'}
    </button>
  ) : (
    <video src={url} controls autoPlay loop muted aria-label={name} onError={() => setUnplayable(true)} />
  );
}
