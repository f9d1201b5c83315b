import type { TaskState, TileBounds, TileTask } from '../api/types.ts';
import { Film } from './film.ts';
import { parseResultFile } from './resultFile.ts';

/** Results that are fetched at the same time. */
const PARALLEL = 4;
/** How often the result of one task is asked for before the tile is left as it is. */
const MAX_TRIES = 4;
const RETRY_MILLIS = 500;

export interface FrameListener {
  /** A part of the film has changed. */
  developed(area: TileBounds): void;
  /** The state of a task has changed; {@link FrameLoader.tasks} has it. */
  changed(): void;
}

type FetchResult = (index: number, signal: AbortSignal) => Promise<ArrayBuffer>;
type Pause = (millis: number) => Promise<void>;

/**
 * Fills the film of one frame with the results of its tasks, as they are reported, a few at a time. A task that goes
 * back to the queue (its result was rejected) takes its tile with it, and the tile's other results are read anew.
 */
export class FrameLoader {
  readonly film: Film;
  readonly #fetchResult: FetchResult;
  readonly #listener: FrameListener;
  readonly #pause: Pause;
  readonly #abort = new AbortController();
  readonly #tasks = new Map<number, TileTask>();
  readonly #loaded = new Set<number>();
  readonly #queue: number[] = [];
  readonly #tries = new Map<number, number>();
  #running = 0;
  /** Rises when results are forgotten, so that one which is on its way then is read again. */
  #generation = 0;

  constructor(film: Film, fetchResult: FetchResult, listener: FrameListener, pause: Pause = delay) {
    this.film = film;
    this.#fetchResult = fetchResult;
    this.#listener = listener;
    this.#pause = pause;
  }

  get tasks(): Iterable<TileTask> {
    return this.#tasks.values();
  }

  /** Whether every known task is accepted. */
  get isComplete(): boolean {
    return this.#tasks.size > 0 && [...this.#tasks.values()].every((task) => task.state === 'ACCEPTED');
  }

  update(task: TileTask): void {
    const before = this.#tasks.get(task.index);
    this.#tasks.set(task.index, task);
    if (!hasResult(task.state) && before !== undefined && hasResult(before.state)) {
      this.#forgetTile(task.tile);
    } else if (hasResult(task.state) && (before === undefined || !hasResult(before.state))) {
      this.#enqueue(task.index);
    }
    this.#listener.changed();
  }

  /** Stops; nothing is fetched or told any more. */
  close(): void {
    this.#abort.abort();
    this.#queue.length = 0;
  }

  #enqueue(index: number): void {
    if (!this.#loaded.has(index) && !this.#queue.includes(index)) {
      this.#queue.push(index);
      this.#next();
    }
  }

  #next(): void {
    while (this.#running < PARALLEL && !this.#abort.signal.aborted) {
      const index = this.#queue.shift();
      if (index === undefined) {
        return;
      }
      this.#running++;
      void this.#load(index).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #load(index: number): Promise<void> {
    const task = this.#tasks.get(index);
    if (task === undefined) {
      return;
    }
    const generation = this.#generation;
    try {
      const blocks = parseResultFile(await this.#fetchResult(index, this.#abort.signal));
      if (this.#abort.signal.aborted || this.#loaded.has(index) || !this.#stillHasResult(index)) {
        return;
      }
      if (generation !== this.#generation) {
        this.#enqueue(index);
        return;
      }
      this.film.add(task.tile, task.samples, blocks);
      this.#loaded.add(index);
      this.#listener.developed(this.film.reduced(task.tile));
    } catch {
      await this.#retry(index);
    }
  }

  #stillHasResult(index: number): boolean {
    const task = this.#tasks.get(index);
    return task !== undefined && hasResult(task.state);
  }

  /** The farm may be restarting, or the task may just have been taken back: its next event tells. */
  async #retry(index: number): Promise<void> {
    const tries = (this.#tries.get(index) ?? 0) + 1;
    this.#tries.set(index, tries);
    if (tries < MAX_TRIES && !this.#abort.signal.aborted) {
      await this.#pause(RETRY_MILLIS * 2 ** tries);
      this.#enqueue(index);
    }
  }

  #forgetTile(tile: TileBounds): void {
    this.#generation++;
    this.film.clear(tile);
    for (const other of this.#tasks.values()) {
      if (sameTile(other.tile, tile)) {
        this.#loaded.delete(other.index);
        this.#tries.delete(other.index);
        if (hasResult(other.state)) {
          this.#enqueue(other.index);
        }
      }
    }
    this.#listener.developed(this.film.reduced(tile));
  }
}

export function hasResult(state: TaskState): boolean {
  return state === 'REPORTED' || state === 'ACCEPTED';
}

function sameTile(a: TileBounds, b: TileBounds): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function delay(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
