import { describe, expect, it } from 'vitest';
import { resultFile } from '../e2e/syntheticFilm.ts';
import type { TaskState, TileTask } from '../src/api/types.ts';
import { Film } from '../src/film/film.ts';
import { FrameLoader } from '../src/film/frameLoader.ts';
import { ToneMapper } from '../src/film/toneMapper.ts';

const WIDTH = 32;
const HEIGHT = 16;
const LINEAR = new ToneMapper({ curve: 'LINEAR', exposure: 0 });

function task(index: number, state: TaskState, x = 0, samples = { first: 0, end: 2 }): TileTask {
  return { index, state, frame: 0, tile: { x, y: 0, width: 16, height: 16 }, samples };
}

/** A farm that answers when it is told to. */
class FakeResults {
  readonly asked: number[] = [];
  readonly #waiting: { index: number; give: (content: ArrayBuffer) => void; fail: (error: Error) => void }[] = [];

  readonly fetch = (index: number): Promise<ArrayBuffer> => {
    this.asked.push(index);
    return new Promise((give, fail) => this.#waiting.push({ index, give, fail }));
  };

  async answer(given: TileTask): Promise<void> {
    this.#take(given.index).give(resultFile(given.tile, given.samples, WIDTH, HEIGHT).buffer);
    await settled();
  }

  async fail(index: number): Promise<void> {
    this.#take(index).fail(new Error('the farm restarts'));
    await settled();
  }

  #take(index: number) {
    const at = this.#waiting.findIndex((waiting) => waiting.index === index);
    return this.#waiting.splice(at, 1)[0] ?? expect.unreachable(`task ${index} was not asked for`);
  }
}

/** Lets all promises that can go on do so. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await Promise.resolve();
  }
}

function setUp() {
  const results = new FakeResults();
  const developed: number[] = [];
  const film = new Film(WIDTH, HEIGHT);
  const loader = new FrameLoader(
    film, results.fetch, { developed: (area) => void developed.push(area.x), changed: () => undefined }, () => Promise.resolve(),
  );
  const opaque = (x: number): boolean => film.develop({ x, y: 8, width: 1, height: 1 }, LINEAR)[3] === 255;
  return { results, developed, loader, opaque };
}

describe('the loader of a frame', () => {
  it('fetches what is reported, once, and draws it', async () => {
    const { results, developed, loader, opaque } = setUp();
    loader.update(task(0, 'LEASED'));
    expect(results.asked).toEqual([]);
    loader.update(task(0, 'REPORTED'));
    await results.answer(task(0, 'REPORTED'));
    loader.update(task(0, 'ACCEPTED'));
    expect(results.asked).toEqual([0]);
    expect(developed).toEqual([0]);
    expect(opaque(3)).toBe(true);
    expect(loader.isComplete).toBe(true);
  });

  it('asks for at most four results at a time', async () => {
    const { results, loader } = setUp();
    for (let i = 0; i < 9; i++) {
      loader.update(task(i, 'ACCEPTED', (i % 2) * 16, { first: i, end: i + 1 }));
    }
    expect(results.asked).toEqual([0, 1, 2, 3]);
    await results.answer(task(2, 'ACCEPTED', 0, { first: 2, end: 3 }));
    expect(results.asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes a tile back when its result was rejected, and reads the other results of the tile again', async () => {
    const { results, loader, opaque } = setUp();
    const other = task(1, 'ACCEPTED', 0, { first: 2, end: 4 });
    loader.update(task(0, 'REPORTED'));
    loader.update(other);
    await results.answer(task(0, 'REPORTED'));
    await results.answer(other);
    loader.update(task(0, 'QUEUED'));
    expect(opaque(3)).toBe(false);
    expect(results.asked).toEqual([0, 1, 1]);
    await results.answer(other);
    expect(opaque(3)).toBe(true);
    loader.update(task(0, 'REPORTED'));
    expect(results.asked).toEqual([0, 1, 1, 0]);
  });

  it('does not draw a result that was rejected while it was on its way', async () => {
    const { results, loader, opaque } = setUp();
    loader.update(task(0, 'REPORTED'));
    loader.update(task(0, 'QUEUED'));
    await results.answer(task(0, 'REPORTED'));
    expect(opaque(3)).toBe(false);
  });

  it('tries again after a failure, but not for ever', async () => {
    const { results, loader, opaque } = setUp();
    loader.update(task(0, 'REPORTED'));
    await results.fail(0);
    await results.answer(task(0, 'REPORTED'));
    expect(opaque(3)).toBe(true);
    loader.update(task(1, 'REPORTED', 16));
    for (let i = 0; i < 4; i++) {
      await results.fail(1);
    }
    expect(results.asked).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it('is quiet after it was closed', async () => {
    const { results, developed, loader } = setUp();
    loader.update(task(0, 'REPORTED'));
    loader.close();
    await results.answer(task(0, 'REPORTED'));
    expect(developed).toEqual([]);
  });
});
