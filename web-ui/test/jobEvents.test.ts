import { describe, expect, it } from 'vitest';
import { FarmProblem } from '../src/api/problem.ts';
import { followJob, type JobListener } from '../src/jobs/jobEvents.ts';

const body = (...events: [string, unknown][]): Response =>
  new Response(events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''));
const job = (state: string) => ['job', { id: 'j', state }] as [string, unknown];

function follow(answers: (() => Response | Error)[], signal = new AbortController().signal) {
  const told: string[] = [];
  const pauses: number[] = [];
  const listener: JobListener = {
    connected: () => void told.push('connected'),
    disconnected: (error, millis) => void told.push(`disconnected: ${(error as Error).message}, ${millis} ms`),
    job: ({ state }) => void told.push(`job ${state}`),
    task: ({ index, state }) => void told.push(`task ${index} ${state}`),
    output: ({ name }) => void told.push(`output ${name}`),
  };
  const open = async (): Promise<Response> => {
    const answer = (answers.shift() ?? (() => new Error('nothing more was expected')))();
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  };
  const pause = async (millis: number): Promise<void> => void pauses.push(millis);
  return { told, pauses, done: followJob(open, listener, { signal, pause, silenceMillis: 1000 }) };
}

describe('following a job', () => {
  it('tells what happens until the job has ended', async () => {
    const { told, done } = follow([
      () => body(job('RUNNING'), ['task', { index: 3, state: 'LEASED' }], ['output', { name: 'a.png' }], ['later', {}], job('COMPLETED'), job('RUNNING')),
    ]);
    await done;
    expect(told).toEqual(['connected', 'job RUNNING', 'task 3 LEASED', 'output a.png', 'job COMPLETED']);
  });

  it('connects again when the stream breaks, and counts anew once it was connected', async () => {
    const { told, pauses, done } = follow([
      () => body(job('RUNNING')),
      () => FarmProblem.unreachable(new TypeError('refused')),
      () => new FarmProblem(503, 'UNAVAILABLE', 'restarting'),
      () => body(job('ASSEMBLING')),
      () => body(job('CANCELED')),
    ]);
    await done;
    expect(pauses).toEqual([500, 1000, 2000, 500]);
    expect(told[2]).toBe('disconnected: the farm closed the connection, 500 ms');
    expect(told.at(-1)).toBe('job CANCELED');
  });

  it('gives up on an answer that will not change', async () => {
    const { told, done } = follow([() => new FarmProblem(404, 'NOT_FOUND', 'there is no job j')]);
    await expect(done).rejects.toThrow('there is no job j');
    expect(told).toEqual([]);
  });

  it('does not try for ever, and never waits more than ten seconds', async () => {
    const { pauses, done } = follow([]);
    await expect(done).rejects.toThrow('nothing more was expected');
    expect(pauses).toHaveLength(39);
    expect(Math.max(...pauses)).toBe(10_000);
  });

  it('stops quietly when nobody listens any more', async () => {
    const abort = new AbortController();
    const { told, done } = follow([() => (abort.abort(), new DOMException('stopped', 'AbortError'))], abort.signal);
    await done;
    expect(told).toEqual([]);
  });
});
