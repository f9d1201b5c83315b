import { describe, expect, it } from 'vitest';
import type { Vector } from '../src/api/types.ts';
import { dot, framing, unit } from '../src/scene/framing.ts';
import { studioSky, studioSkyPicture } from '../src/scene/studioSky.ts';

describe('the camera that frames a scene', () => {
  const boxes: [Vector, Vector][] = [
    [[-1, -1, -1], [1, 1, 1]],
    [[10, 0, -3], [11, 7, 40]],
    [[0, 0, 0], [1e-3, 5, 1e-3]],
  ];

  it('sees every corner of the box inside the margin, and one of them on it', () => {
    for (const [min, max] of boxes) {
      for (const aspect of [0.5, 1, 16 / 9]) {
        const { position, target, up, vfovDegrees } = framing(min, max, aspect);
        const ahead = unit([0, 1, 2].map((i) => (target[i] as number) - (position[i] as number)) as unknown as Vector);
        const right = unit(cross(ahead, up));
        const top = cross(right, ahead);
        const tan = Math.tan((vfovDegrees * Math.PI) / 360);
        const reach = Array.from({ length: 8 }, (_, corner) => {
          const from = [0, 1, 2].map((i) => ((corner >> i) & 1 ? max[i] : min[i] as number) as number - (position[i] as number)) as unknown as Vector;
          const depth = dot(from, ahead);
          return Math.max(Math.abs(dot(from, right)) / (depth * tan * aspect), Math.abs(dot(from, top)) / (depth * tan));
        });
        expect(Math.max(...reach)).toBeCloseTo(1 / 1.08, 6);
      }
    }
  });

  it('stands apart from a scene that is a point', () => {
    const { position, target } = framing([2, 2, 2], [2, 2, 2], 1);
    expect(position).not.toEqual(target);
  });
});

describe('the studio sky', () => {
  it('has the farm’s values where they are easily computed', () => {
    // Straight down: the room is 0.62 − 0.42 and no lamp reaches it.
    studioSky([0, -1, 0]).forEach((value, c) => expect(value).toBeCloseTo(0.2 * ([0.98, 1, 1.04][c] as number), 9));
    // In the middle of the key lamp, height 0.75 / |(−0.6, 0.75, 0.55)|.
    const key = unit([-0.6, 0.75, 0.55]);
    const room = 0.62 - 0.25 * key[1];
    const rim = 1.6 * Math.max(0, dot(key, unit([0.2, 0.55, -0.9]))) ** 32;
    expect(studioSky(key)[0]).toBeCloseTo(room * 0.98 + 5.5 + rim, 6);
  });

  it('becomes a picture with its rows from the bottom', () => {
    const picture = studioSkyPicture(8, 4);
    expect(picture).toHaveLength(8 * 4 * 4);
    expect(picture[1]).toBeLessThan(picture[(3 * 8 + 2) * 4 + 1] as number);
    expect(picture.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 1)).toBe(true);
  });
});

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
