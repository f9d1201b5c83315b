import { describe, expect, it } from 'vitest';
import { radiance, resultFile } from '../e2e/syntheticFilm.ts';
import { Film } from '../src/film/film.ts';
import { parseResultFile } from '../src/film/resultFile.ts';
import { ToneMapper } from '../src/film/toneMapper.ts';

const WIDTH = 50;
const HEIGHT = 30;
const LINEAR = new ToneMapper({ curve: 'LINEAR', exposure: 0 });
const TILES = [
  { x: 0, y: 0, width: 32, height: 30 },
  { x: 32, y: 0, width: 18, height: 30 },
];
const WHOLE = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

const blocks = (tile: (typeof TILES)[number], first: number, end: number) =>
  parseResultFile(resultFile(tile, { first, end }, WIDTH, HEIGHT).buffer);

function expected(): number[] {
  const out = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    LINEAR.write(...radiance(i % WIDTH, Math.floor(i / WIDTH), WIDTH, HEIGHT), out, i * 4);
  }
  return [...out];
}

describe('a film', () => {
  it('is the same whatever the order of its tiles and sample ranges', () => {
    const ranges = [[0, 4], [4, 10], [10, 16]] as const;
    const parts = TILES.flatMap((tile) => ranges.map(([first, end]) => ({ tile, first, end })));
    const forward = new Film(WIDTH, HEIGHT);
    const backward = new Film(WIDTH, HEIGHT);
    parts.forEach(({ tile, first, end }) => forward.add(tile, { first, end }, blocks(tile, first, end)));
    parts.reverse().forEach(({ tile, first, end }) => backward.add(tile, { first, end }, blocks(tile, first, end)));
    expect([...forward.develop(WHOLE, LINEAR)]).toEqual(expected());
    expect([...backward.develop(WHOLE, LINEAR)]).toEqual(expected());
  });

  it('shows a tile as bright with a part of its samples as with all', () => {
    const film = new Film(WIDTH, HEIGHT);
    TILES.forEach((tile) => film.add(tile, { first: 0, end: 1 }, blocks(tile, 0, 1)));
    expect([...film.develop(WHOLE, LINEAR)]).toEqual(expected());
  });

  it('shows the colour of a film that holds layers, too', () => {
    const film = new Film(WIDTH, HEIGHT);
    TILES.forEach((tile) => {
      const layered = blocks(tile, 0, 2).map(({ workUnits, bytes }) => {
        const wide = new Uint8Array((bytes.byteLength / 32) * 56).fill(7);
        for (let from = 0, to = 0; from < bytes.byteLength; from += 32, to += 56) {
          wide.set(new Uint8Array(bytes.buffer, bytes.byteOffset + from, 32), to);
        }
        return { workUnits, bytes: new DataView(wide.buffer) };
      });
      film.add(tile, { first: 0, end: 2 }, layered);
    });
    expect([...film.develop(WHOLE, LINEAR)]).toEqual(expected());
  });

  it('is transparent where no sample came in, and again after a tile was cleared', () => {
    const film = new Film(WIDTH, HEIGHT);
    const [left, right] = TILES as [(typeof TILES)[0], (typeof TILES)[0]];
    film.add(left, { first: 0, end: 2 }, blocks(left, 0, 2));
    film.add(right, { first: 0, end: 2 }, blocks(right, 0, 2));
    film.clear(left);
    const pixels = film.develop(WHOLE, LINEAR);
    expect(pixels[(5 * WIDTH + 10) * 4 + 3]).toBe(0);
    expect(pixels[(5 * WIDTH + 40) * 4 + 3]).toBe(255);
  });

  it('averages squares of pixels when the frame is too large for the screen', () => {
    const film = new Film(WIDTH, HEIGHT, (WIDTH * HEIGHT) / 4);
    expect([film.reduction, film.width, film.height]).toEqual([2, 25, 15]);
    TILES.forEach((tile) => film.add(tile, { first: 0, end: 2 }, blocks(tile, 0, 2)));
    const mean = [0, 1, 2, 3].map((c) =>
      [[20, 10], [21, 10], [20, 11], [21, 11]].reduce((sum, [x, y]) => sum + (radiance(x as number, y as number, WIDTH, HEIGHT)[c] as number) / 4, 0),
    ) as [number, number, number, number];
    const wanted = new Uint8ClampedArray(4);
    LINEAR.write(...mean, wanted, 0);
    expect([...film.develop({ x: 10, y: 5, width: 1, height: 1 }, LINEAR)]).toEqual([...wanted]);
    expect(film.reduced({ x: 33, y: 3, width: 17, height: 27 })).toEqual({ x: 16, y: 1, width: 9, height: 14 });
  });

  it('refuses a result of another tile and stays as it was', () => {
    const film = new Film(WIDTH, HEIGHT);
    const [left, right] = TILES as [(typeof TILES)[0], (typeof TILES)[0]];
    expect(() => film.add(left, { first: 0, end: 2 }, blocks(right, 0, 2))).toThrow("block 0 of the tile's result has");
    expect(() => film.add({ ...left, width: 5 }, { first: 0, end: 2 }, blocks(left, 0, 2))).toThrow('has 64 blocks, not 40');
    expect(film.develop(WHOLE, LINEAR).every((byte) => byte === 0)).toBe(true);
  });

  it('keeps sums beyond 32 bits', () => {
    const film = new Film(1, 1);
    const file = new DataView(new ArrayBuffer(8 + 12 + 32));
    file.setUint32(0, 0x31524c54, true);
    file.setInt32(4, 1, true);
    file.setInt32(16, 32, true);
    for (let c = 0; c < 4; c++) {
      file.setBigInt64(20 + 8 * c, (1n << 24n) * (c === 3 ? 100_000n : 50_000n), true);
    }
    film.add({ x: 0, y: 0, width: 1, height: 1 }, { first: 0, end: 100_000 }, parseResultFile(file.buffer));
    expect([...film.develop({ x: 0, y: 0, width: 1, height: 1 }, LINEAR)]).toEqual([188, 188, 188, 255]);
  });
});
