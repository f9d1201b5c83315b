import type { JobState } from '../api/types.ts';

const NAMES: Readonly<Record<JobState, { text: string; look: string }>> = {
  RUNNING: { text: 'Rendering', look: 'busy' },
  ASSEMBLING: { text: 'Assembling', look: 'busy' },
  COMPLETED: { text: 'Completed', look: 'good' },
  FAILED: { text: 'Failed', look: 'bad' },
  CANCELED: { text: 'Cancelled', look: '' },
};

export function StateBadge({ state, kind }: { state: JobState; kind: 'RENDER' | 'EMBED' }) {
  const { text, look } = NAMES[state] ?? { text: state, look: '' };
  return <span className={`badge ${look}`}>{state === 'RUNNING' && kind === 'EMBED' ? 'Running' : text}</span>;
}
