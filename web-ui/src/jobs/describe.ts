import type { Job } from '../api/types.ts';
import { plural } from '../text/format.ts';
import { framesOf } from './jobWatch.ts';

/** A job in a few words: "1280 × 720, 64 samples, 24 frames". */
export function describeJob(job: Job): string {
  const { width, height, samples, model, steps = [] } = job.request;
  if (job.kind === 'EMBED') {
    return `Embeddings${model === undefined ? '' : ` by ${model}`}`;
  }
  const { first, last } = framesOf(job);
  const frames = last > first ? `, ${plural(last - first + 1, 'frame')}` : '';
  return `${width ?? '?'} × ${height ?? '?'}, ${plural(samples ?? 0, 'sample')}${frames}${steps.map((step) => `, through ${step.model}`).join('')}`;
}

/** The share of the job's tasks that are accepted, 0 to 1. */
export function progressOf(job: Job): number {
  return job.tasks.total === 0 ? 0 : job.tasks.accepted / job.tasks.total;
}
