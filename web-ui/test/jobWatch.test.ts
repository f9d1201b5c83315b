import { describe, expect, it } from 'vitest';
import { FakeJob } from '../e2e/fakeJob.ts';
import type { RenderRequest, Task } from '../src/api/types.ts';
import { framesOf, JobWatch, pictureOf } from '../src/jobs/jobWatch.ts';

const REQUEST: RenderRequest = {
  scene: 's', camera: { type: 'first' }, width: 64, height: 32, samples: 4, maxBounces: 2, seed: 0, toneMap: { curve: 'LINEAR', exposure: 0 },
};

/** A client over a job in memory; the test moves the job and breaks the connection. */
class FakeClient {
  readonly job: FakeJob;
  readonly listed: (number | undefined)[] = [];
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #stop: () => void = () => undefined;

  constructor(frames?: RenderRequest['frames']) {
    this.job = new FakeJob('j', { ...REQUEST, ...(frames === undefined ? {} : { frames }) }, 32, 100);
  }

  async events(): Promise<Response> {
    return new Response(
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          this.#stream = controller;
          this.#stop = this.job.listen((event, data) =>
            controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
          );
        },
      }),
    );
  }

  cut(): void {
    this.#stop();
    this.#stream?.error(new Error('cut'));
  }

  async tasks(_: string, limit: number, after?: number): Promise<Task[]> {
    this.listed.push(after);
    return this.job.taskList(after ?? -1, limit);
  }

  async result(_: string, index: number): Promise<ArrayBuffer> {
    return this.job.result(index)?.buffer as ArrayBuffer;
  }
}

function watch(client: FakeClient) {
  const watching = new JobWatch(client, 'j');
  return { watching, running: watching.run() };
}

/** Waits, for a bounded number of turns of the event loop, until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(condition()).toBe(true);
}

describe('watching a job', () => {
  it('shows its frame and tasks, and ends with it', async () => {
    const client = new FakeClient();
    const { job } = client;
    const { watching, running } = watch(client);
    await until(() => [...(watching.view().loader?.tasks ?? [])].length === 4);
    let developed = 0;
    watching.onDeveloped(() => developed++);
    for (let i = 0; i < 6; i++) {
      job.tick(true);
    }
    await running;
    await until(() => developed === 4);
    const { connection, job: shown, frame } = watching.view();
    expect([connection, shown?.state, frame]).toEqual(['ended', 'COMPLETED', 0]);
    expect(shown?.outputs.map((output) => output.name)).toEqual(['frame-0000.png', 'frame-0000.exr']);
  });

  it('asks for the tasks again when it was cut off', async () => {
    const client = new FakeClient();
    const { job } = client;
    const { watching } = watch(client);
    await until(() => watching.view().loader !== undefined && client.listed.length === 1);
    client.cut();
    await until(() => watching.view().connection === 'waiting');
    job.tick(true);
    await expect.poll(() => client.listed.length, { timeout: 10_000 }).toBe(2);
    await until(() => [...(watching.view().loader?.tasks ?? [])].some((task) => task.state === 'LEASED'));
    expect(watching.view().connection).toBe('live');
    watching.close();
  });

  it('follows the frames as they are rendered, and stays when a reader chose one', async () => {
    const client = new FakeClient({ first: 2, last: 4, framesPerSecond: 24 });
    const { job } = client;
    const { watching } = watch(client);
    await until(() => watching.view().frame === 2);
    await until(() => client.listed.length === 1);
    for (let i = 0; i < 4; i++) {
      job.tick(false);
    }
    await until(() => watching.view().frame > 2);
    watching.show(3);
    await until(() => watching.view().frame === 3 && watching.view().loader?.isComplete === true);
    expect(client.listed.at(-1)).toBe(3);
    expect(watching.view().following).toBe(false);
    watching.close();
  });
});

describe('the finished picture of a frame', () => {
  it('is the PNG with its number', () => {
    const client = new FakeClient({ first: 9, last: 10, framesPerSecond: 24 });
    for (let i = 0; i < 6; i++) {
      client.job.tick(true);
    }
    const job = client.job.json();
    expect(pictureOf(job, 10)?.name).toBe('frame-0010.png');
    expect(pictureOf(job, 9)?.name).toBe('frame-0009.png');
    expect(pictureOf(job, 11)).toBeUndefined();
    expect(framesOf(job)).toMatchObject({ first: 9, last: 10 });
  });

  it('of a still is its only PNG, whatever its name', () => {
    const job = new FakeClient().job.json();
    const output = { name: 'beauty.png', mediaType: 'image/png', digest: '', bytes: 1 };
    expect(pictureOf({ ...job, outputs: [output] }, 0)).toEqual(output);
  });
});
