import { useEffect, useState } from 'react';
import type { Job, Output } from '../api/types.ts';
import { Problem } from '../app/Problem.tsx';
import { useSession } from '../app/session.ts';
import { FilmCanvas } from './FilmCanvas.tsx';
import { type JobView, type JobWatch, pictureOf } from './jobWatch.ts';
import { TileOverlay } from './TileOverlay.tsx';

const ACES = { curve: 'ACES', exposure: 0 } as const;

/** The shown frame: its tiles as they come in, and the finished picture once there is one. */
export function Picture({ watch, view, job }: { watch: JobWatch; view: JobView; job: Job }) {
  const { width = 1, height = 1, toneMap = ACES } = job.request;
  const finished = useBlobUrl(job.id, pictureOf(job, view.frame));
  const label = `Frame ${view.frame}, ${width} by ${height} pixels`;
  return (
    <div className="picture" style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(var(--viewport-height) * ${width / height})` }}>
      {finished.url !== undefined ? (
        <img src={finished.url} alt={`${label}, finished`} />
      ) : (
        view.loader !== undefined && (
          <>
            <FilmCanvas watch={watch} loader={view.loader} toneMap={toneMap} label={`${label}, as its tiles arrive`} />
            <TileOverlay width={width} height={height} tasks={view.loader.tasks} />
          </>
        )
      )}
      {finished.error !== undefined && <Problem title="The finished picture cannot be fetched" error={finished.error} />}
    </div>
  );
}

/** A job's output in the browser's memory, as an address for an image or a video. */
export function useBlobUrl(job: string, output: Output | undefined): { url: string | undefined; error: unknown } {
  const { client } = useSession();
  const [state, setState] = useState<{ name: string; url?: string; error?: unknown }>();
  const name = output?.name;
  useEffect(() => {
    if (name === undefined) {
      return undefined;
    }
    const abort = new AbortController();
    let url: string | undefined;
    client.output(job, { name }, abort.signal).then(
      (blob) => {
        if (!abort.signal.aborted) {
          url = URL.createObjectURL(blob);
          setState({ name, url });
        }
      },
      (error: unknown) => !abort.signal.aborted && setState({ name, error }),
    );
    return () => {
      abort.abort();
      setState(undefined);
      if (url !== undefined) {
        URL.revokeObjectURL(url);
      }
    };
  }, [client, job, name]);
  return state?.name === name ? { url: state?.url, error: state?.error } : { url: undefined, error: undefined };
}
