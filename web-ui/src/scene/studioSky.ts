import type { Vector } from '../api/types.ts';
import { dot, unit } from './framing.ts';

/** A round lamp with a soft edge: cos^sharpness of the angle to its middle. */
interface Lamp {
  readonly middle: Vector;
  readonly sharpness: number;
  readonly strength: number;
  readonly colour: Vector;
}

const ROOM: Vector = [0.98, 1, 1.04];
const LAMPS: readonly Lamp[] = [
  { middle: unit([-0.6, 0.75, 0.55]), sharpness: 32, strength: 5.5, colour: [1, 0.95, 0.86] },
  { middle: unit([0.85, 0.3, 0.4]), sharpness: 16, strength: 1.4, colour: [0.82, 0.92, 1.06] },
  { middle: unit([0.2, 0.55, -0.9]), sharpness: 32, strength: 1.6, colour: [1, 1, 1] },
];

/** The light that the farm gives to scenes which bring none, from a direction of glTF's world axes; linear RGB. */
export function studioSky(direction: Vector): Vector {
  const up = Math.max(0, direction[1]);
  const down = Math.max(0, -direction[1]);
  // Darker below, brightest a little over the horizon.
  const room = 0.62 - 0.25 * up - 0.42 * down * (2 - down);
  const light = [room * ROOM[0], room * ROOM[1], room * ROOM[2]] as [number, number, number];
  for (const { middle, sharpness, strength, colour } of LAMPS) {
    const lobe = strength * Math.max(0, dot(direction, middle)) ** sharpness;
    colour.forEach((share, c) => ((light[c] as number) += share * lobe));
  }
  return light;
}

/** The sky as an equirectangular picture of linear RGBA, in rows from the bottom. */
export function studioSkyPicture(width: number, height: number): Float32Array<ArrayBuffer> {
  const texels = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const latitude = ((y + 0.5) / height - 0.5) * Math.PI;
    for (let x = 0; x < width; x++) {
      const longitude = ((x + 0.5) / width - 0.5) * 2 * Math.PI;
      const across = Math.cos(latitude);
      const light = studioSky([across * Math.cos(longitude), Math.sin(latitude), across * Math.sin(longitude)]);
      texels.set([...light, 1], (y * width + x) * 4);
    }
  }
  return texels;
}
