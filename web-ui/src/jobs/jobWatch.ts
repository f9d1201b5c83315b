import type { FarmClient } from '../api/farmClient.ts';
import { messageOf } from '../api/problem.ts';
import type { FrameRange, Job, Output, Task, TileBounds, TileTask } from '../api/types.ts';
import { Film } from '../film/film.ts';
import { FrameLoader, hasResult } from '../film/frameLoader.ts';
import { followJob } from './jobEvents.ts';

export type Connection = 'connecting' | 'live' | 'waiting' | 'ended' | 'lost';

/** What the page shows of a job; a new object whenever something in it has changed. */
export interface JobView {
  readonly job: Job | undefined;
  readonly connection: Connection;
  readonly error: unknown;
  /** The frame that is shown; -1 until the job is known. */
  readonly frame: number;
  readonly following: boolean;
  readonly loader: FrameLoader | undefined;
  /** Rises with every change of the shown frame's tasks. */
  readonly revision: number;
}

const PAGE = 500;
/** A frame's tasks are listed up to this many; a frame of more is drawn from events alone. */
const MAX_FRAME_TASKS = 20_000;
const STILL: FrameRange = { first: 0, last: 0, framesPerSecond: 24 };

type Jobs = Pick<FarmClient, 'events' | 'tasks' | 'result'>;

/**
 * Watches one job: its events, and for the frame that is shown the tasks and their results. Give it to React through
 * {@link subscribe} and {@link view}; the canvas listens to {@link onDeveloped}, because pixels do not pass through React.
 */
export class JobWatch {
  readonly #client: Jobs;
  readonly #id: string;
  readonly #abort = new AbortController();
  readonly #subscribers = new Set<() => void>();
  readonly #canvases = new Set<(area: TileBounds) => void>();
  /** Tasks of a frame; all frames have equally many, in the order of the frames. 0: not known yet. */
  #tasksPerFrame = 0;
  #listing: AbortController | undefined;
  #view: JobView = {
    job: undefined, connection: 'connecting', error: undefined, frame: -1, following: true, loader: undefined, revision: 0,
  };

  constructor(client: Jobs, id: string) {
    this.#client = client;
    this.#id = id;
  }

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  };

  readonly view = (): JobView => this.#view;

  /** Calls back with every rectangle of the film that has changed. */
  onDeveloped(canvas: (area: TileBounds) => void): () => void {
    this.#canvases.add(canvas);
    return () => void this.#canvases.delete(canvas);
  }

  /** Follows the job until it has ended or {@link close} is called. */
  async run(): Promise<void> {
    try {
      await followJob(
        (signal) => this.#client.events(this.#id, signal),
        {
          connected: () => this.#connected(),
          disconnected: (error) => this.#set({ connection: 'waiting', error }),
          job: (job) => this.#job(job),
          task: (task) => this.#task(task),
          output: (output) => this.#output(output),
        },
        { signal: this.#abort.signal },
      );
      this.#set({ connection: 'ended', error: undefined });
    } catch (error) {
      this.#set({ connection: 'lost', error });
    }
  }

  close(): void {
    this.#abort.abort();
    this.#listing?.abort();
    this.#view.loader?.close();
  }

  /** Shows a frame that the reader chose; {@link follow} goes back to the one that is being rendered. */
  show(frame: number): void {
    this.#set({ following: false });
    this.#open(frame);
  }

  follow(): void {
    this.#set({ following: true });
  }

  /** Takes over a job that an answer of the farm brought, such as the one to a cancellation. */
  update(job: Job): void {
    this.#set({ job });
  }

  #connected(): void {
    this.#set({ connection: 'live', error: undefined });
    if (this.#view.loader !== undefined) {
      void this.#list(this.#view.frame);
    }
  }

  #job(job: Job): void {
    this.#set({ job });
    const { frame, loader } = this.#view;
    if (job.kind === 'RENDER' && loader === undefined && frame < framesOf(job).first) {
      this.#open(framesOf(job).first);
    }
  }

  #task(task: TileTask): void {
    const { loader, frame, following } = this.#view;
    if (task.tile === undefined) {
      return;
    }
    if (task.frame === frame) {
      loader?.update(task);
    } else if (following && hasResult(task.state) && (loader?.isComplete ?? true)) {
      this.#open(task.frame);
    }
  }

  #output(output: Output): void {
    const { job } = this.#view;
    if (job !== undefined && !job.outputs.some((known) => known.name === output.name)) {
      this.#set({ job: { ...job, outputs: [...job.outputs, output] } });
    }
  }

  #open(frame: number): void {
    const { job, loader } = this.#view;
    const { width, height } = job?.request ?? {};
    if (job === undefined || width === undefined || height === undefined || this.#view.frame === frame) {
      return;
    }
    loader?.close();
    if (pictureOf(job, frame) !== undefined) {
      this.#set({ frame, loader: undefined });
      return;
    }
    const fresh = new FrameLoader(
      new Film(width, height),
      (index, signal) => this.#client.result(this.#id, index, signal),
      {
        developed: (area) => this.#canvases.forEach((canvas) => canvas(area)),
        changed: () => this.#set({ revision: this.#view.revision + 1 }),
      },
    );
    this.#set({ frame, loader: fresh });
    void this.#list(frame);
  }

  /** Asks for the tasks of a frame, page by page: events tell only what happens from now on. */
  async #list(frame: number): Promise<void> {
    this.#listing?.abort();
    const listing = new AbortController();
    this.#listing = listing;
    try {
      await this.#pages(frame, listing.signal);
    } catch (error) {
      if (!listing.signal.aborted) {
        this.#set({ error: new Error(`the job's tasks cannot be listed: ${messageOf(error)}`) });
      }
    }
  }

  async #pages(frame: number, signal: AbortSignal): Promise<void> {
    const { job, loader } = this.#view;
    if (job === undefined || loader === undefined) {
      return;
    }
    const first = framesOf(job).first;
    const start = this.#tasksPerFrame * (frame - first);
    let after = start > 0 ? start - 1 : undefined;
    for (let seen = 0; seen < MAX_FRAME_TASKS || this.#tasksPerFrame === 0; seen += PAGE) {
      const page = await this.#client.tasks(this.#id, PAGE, after, signal);
      signal.throwIfAborted();
      const tiles = page.map(tileTask).filter((task) => task !== undefined);
      tiles.filter((task) => task.frame === frame).forEach((task) => loader.update(task));
      const later = tiles.find((task) => task.frame > first);
      if (this.#tasksPerFrame === 0 && later !== undefined) {
        this.#tasksPerFrame = Math.round(later.index / (later.frame - first));
      }
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined || tiles.some((task) => task.frame > frame)) {
        return;
      }
      after = last.index;
    }
  }

  #set(change: Partial<JobView>): void {
    if (!this.#abort.signal.aborted) {
      this.#view = { ...this.#view, ...change };
      this.#subscribers.forEach((subscriber) => subscriber());
    }
  }
}

/** The frames of a render job; a still is frame 0. */
export function framesOf(job: Job): FrameRange {
  return job.request.frames ?? STILL;
}

/** The finished picture of a frame, once it is assembled: the PNG with the frame's number in its name. */
export function pictureOf(job: Job, frame: number): Output | undefined {
  const pictures = job.outputs.filter((output) => output.mediaType === 'image/png');
  const numbered = pictures.find((output) => Number(/(\d+)\D*$/.exec(output.name)?.[1]) === frame);
  const { first, last } = framesOf(job);
  return numbered ?? (first === last ? pictures[0] : undefined);
}

function tileTask(task: Task): TileTask | undefined {
  const { type, frame, tile, samples } = task.spec;
  return type === 'renderTile' && frame !== undefined && tile !== undefined && samples !== undefined
    ? { index: task.index, state: task.state, frame, tile, samples }
    : undefined;
}
