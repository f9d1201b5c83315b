import { useEffect, useState, useSyncExternalStore } from 'react';
import type { FarmClient } from '../api/farmClient.ts';
import { type JobView, JobWatch } from './jobWatch.ts';

const nothingToFollow = (): (() => void) => () => undefined;
const nothingToShow = (): undefined => undefined;

export interface Watched {
  readonly watch: JobWatch;
  readonly view: JobView;
}

/** Watches a job for as long as the component is there; undefined for the moment before it begins. */
export function useJobWatch(client: FarmClient, id: string, attempt: number): Watched | undefined {
  const [watch, setWatch] = useState<JobWatch>();
  useEffect(() => {
    const begun = new JobWatch(client, id);
    setWatch(begun);
    void begun.run();
    return () => begun.close();
  }, [client, id, attempt]);
  const view = useSyncExternalStore(watch?.subscribe ?? nothingToFollow, watch?.view ?? nothingToShow);
  return watch === undefined || view === undefined ? undefined : { watch, view };
}
