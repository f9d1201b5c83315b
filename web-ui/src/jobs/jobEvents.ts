import { readEvents } from '../api/eventStream.ts';
import { FarmProblem, isAbort } from '../api/problem.ts';
import { hasEnded, type Job, type Output, type TileTask } from '../api/types.ts';

export interface JobListener {
  /** The stream is open; what happened before this moment must be asked for. */
  connected(): void;
  /** The stream broke; it is opened again after `millis`. */
  disconnected(error: unknown, millis: number): void;
  job(job: Job): void;
  task(task: TileTask): void;
  output(output: Output): void;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly pause?: (millis: number) => Promise<void>;
  readonly silenceMillis?: number;
}

/** How many connections in a row may fail before the page gives up and says so. */
const MAX_FAILURES = 40;
const FIRST_PAUSE_MILLIS = 500;
const MAX_PAUSE_MILLIS = 10_000;
/** A quiet job is asked again this often, at the least. */
const SILENCE_MILLIS = 60_000;

/** Tells the listener what happens to a job until it has ended, through broken connections and farms that restart. */
export async function followJob(
  open: (signal: AbortSignal) => Promise<Response>,
  listener: JobListener,
  options: FollowOptions,
): Promise<void> {
  const { signal, pause = delay, silenceMillis = SILENCE_MILLIS } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const told = await followOnce(open, listener, signal, silenceMillis);
      if (told === 'ended') {
        return;
      }
      failures = told === 'something' ? 0 : failures;
      throw new Error('the farm closed the connection');
    } catch (error) {
      if (signal.aborted || isAbort(error)) {
        return;
      }
      if (isFinalAnswer(error) || ++failures >= MAX_FAILURES) {
        throw error;
      }
      const millis = Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** Math.min(failures - 1, 10));
      listener.disconnected(error, millis);
      await pause(millis);
    }
  }
}

async function followOnce(
  open: (signal: AbortSignal) => Promise<Response>,
  listener: JobListener,
  signal: AbortSignal,
  silenceMillis: number,
): Promise<'ended' | 'something' | 'nothing'> {
  const response = await open(signal);
  if (response.body === null) {
    throw new Error('the event stream has no body');
  }
  listener.connected();
  let told: 'something' | 'nothing' = 'nothing';
  for await (const { event, data } of readEvents(response.body, silenceMillis)) {
    told = 'something';
    if (event === 'job') {
      const job = JSON.parse(data) as Job;
      listener.job(job);
      if (hasEnded(job.state)) {
        return 'ended';
      }
    } else if (event === 'task') {
      listener.task(JSON.parse(data) as TileTask);
    } else if (event === 'output') {
      listener.output(JSON.parse(data) as Output);
    }
  }
  return told;
}

/** The farm understood and refused: asking again changes nothing. */
function isFinalAnswer(error: unknown): boolean {
  return error instanceof FarmProblem && !error.isTransient && error.status < 500;
}

function delay(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
