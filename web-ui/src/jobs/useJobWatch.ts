import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { FarmClient } from '../api/farmClient.ts';
import { type JobView, JobWatch } from './jobWatch.ts';

/** Watches a job for as long as the component is there. */
export function useJobWatch(client: FarmClient, id: string, attempt: number): { watch: JobWatch; view: JobView } {
  const watch = useMemo(() => new JobWatch(client, id), [client, id, attempt]);
  useEffect(() => {
    void watch.run();
    return () => watch.close();
  }, [watch]);
  return { watch, view: useSyncExternalStore(watch.subscribe, watch.view) };
}
