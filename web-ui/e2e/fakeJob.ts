import { createHash } from 'node:crypto';
import type { Job, JobState, Output, RenderRequest, Task, TaskState, TileTask } from '../src/api/types.ts';
import { ToneMapper } from '../src/film/toneMapper.ts';
import { png, radiance, resultFile } from './syntheticFilm.ts';

export type Send = (event: string, data: unknown) => void;

const ZERO_PLAN = '0'.repeat(64);
const PRICE_PER_TASK = 1200;
const HELD = 200_000;

interface FakeTask extends TileTask {
  state: TaskState;
}

/** A render job whose workers are a clock: every tick some tasks take a step. */
export class FakeJob {
  readonly id: string;
  readonly request: RenderRequest;
  readonly tasks: FakeTask[] = [];
  readonly outputs = new Map<string, { output: Output; content: Buffer }>();
  readonly #listeners = new Set<Send>();
  readonly #createdAt = new Date().toISOString();
  readonly #parallel: number;
  #finishedAt: string | undefined;
  #state: JobState = 'RUNNING';

  constructor(id: string, request: RenderRequest, tile: number, parallel: number) {
    this.id = id;
    this.request = request;
    this.#parallel = parallel;
    const { width, height, samples, frames = { first: 0, last: 0 } } = request;
    const half = Math.ceil(samples / 2);
    for (let frame = frames.first; frame <= frames.last; frame++) {
      for (let y = 0; y < height; y += tile) {
        for (let x = 0; x < width; x += tile) {
          const bounds = { x, y, width: Math.min(tile, width - x), height: Math.min(tile, height - y) };
          for (const range of [{ first: 0, end: half }, { first: half, end: samples }].filter((r) => r.end > r.first)) {
            this.tasks.push({ index: this.tasks.length, state: 'QUEUED', frame, tile: bounds, samples: range });
          }
        }
      }
    }
  }

  get hasEnded(): boolean {
    return this.#finishedAt !== undefined;
  }

  /** One step of the clock: leases, reports, audits; and at the end the files. */
  tick(assembles: boolean): void {
    if (this.hasEnded) {
      return;
    }
    if (this.#state === 'ASSEMBLING') {
      if (assembles) {
        this.#assemble();
      }
      return;
    }
    this.#move('REPORTED', 'ACCEPTED');
    this.#move('LEASED', 'REPORTED');
    this.#move('QUEUED', 'LEASED');
    if (this.tasks.every((task) => task.state === 'ACCEPTED')) {
      this.#state = 'ASSEMBLING';
    }
    this.#tell('job', this.json());
  }

  cancel(): void {
    for (const task of this.tasks.filter((t) => t.state !== 'ACCEPTED')) {
      task.state = 'CANCELED';
      this.#tell('task', task);
    }
    this.#end('CANCELED');
  }

  listen(send: Send): () => void {
    send('job', this.json());
    this.#listeners.add(send);
    return () => void this.#listeners.delete(send);
  }

  result(index: number): Uint8Array | undefined {
    const task = this.tasks[index];
    return task === undefined || (task.state !== 'REPORTED' && task.state !== 'ACCEPTED')
      ? undefined
      : resultFile(task.tile, task.samples, this.request.width, this.request.height, task.frame);
  }

  taskList(after: number, limit: number): Task[] {
    return this.tasks
      .slice(after + 1, after + 1 + limit)
      .map(({ index, state, frame, tile, samples }) => ({ index, state, spec: { type: 'renderTile', frame, tile, samples } }));
  }

  json(): Job {
    const count = (state: TaskState): number => this.tasks.filter((task) => task.state === state).length;
    const accepted = count('ACCEPTED');
    const cost = accepted * PRICE_PER_TASK;
    const fees = Math.floor(cost * 0.05);
    return {
      id: this.id,
      kind: 'RENDER',
      state: this.#state,
      createdAt: this.#createdAt,
      ...(this.#finishedAt === undefined ? {} : { finishedAt: this.#finishedAt }),
      plan: ZERO_PLAN,
      request: this.request,
      tasks: {
        queued: count('QUEUED'),
        leased: count('LEASED'),
        reported: count('REPORTED'),
        accepted,
        failed: 0,
        canceled: count('CANCELED'),
        total: this.tasks.length,
      },
      price: { held: HELD, paid: cost - fees, fees, refunded: this.hasEnded ? HELD - cost : 0 },
      outputs: [...this.outputs.values()].map(({ output }) => output),
    };
  }

  #move(from: TaskState, to: TaskState): void {
    for (const task of this.tasks.filter((t) => t.state === from).slice(0, this.#parallel)) {
      task.state = to;
      this.#tell('task', task);
    }
  }

  #assemble(): void {
    const { width, height, frames = { first: 0, last: 0 } } = this.request;
    const mapper = new ToneMapper(this.request.toneMap);
    for (let frame = frames.first; frame <= frames.last; frame++) {
      const rgba = new Uint8ClampedArray(width * height * 4);
      for (let i = 0; i < width * height; i++) {
        mapper.write(...radiance(i % width, Math.floor(i / width), width, height, frame), rgba, i * 4);
      }
      const number = String(frame).padStart(4, '0');
      this.#write(`frame-${number}.png`, 'image/png', png(width, height, rgba));
      this.#write(`frame-${number}.exr`, 'image/x-exr', Buffer.from('v/1\u0001 a stand-in'));
    }
    this.#end('COMPLETED');
  }

  #write(name: string, mediaType: string, content: Buffer): void {
    const digest = createHash('sha256').update(content).digest('hex');
    const output = { name, mediaType, digest, bytes: content.length };
    this.outputs.set(name, { output, content });
    this.#tell('output', output);
  }

  #end(state: JobState): void {
    this.#state = state;
    this.#finishedAt = new Date().toISOString();
    this.#tell('job', this.json());
    this.#listeners.clear();
  }

  #tell(event: string, data: unknown): void {
    this.#listeners.forEach((send) => send(event, data));
  }
}
