import { DataTexture, DataUtils, EquirectangularReflectionMapping, HalfFloatType, LinearFilter, MathUtils, RGBAFormat } from 'three';

const WIDTH = 64;
const HEIGHT = 32;
type Colour = readonly [number, number, number];
const ZENITH: Colour = [0.62, 0.72, 0.9];
const HORIZON: Colour = [0.86, 0.85, 0.82];
const GROUND: Colour = [0.3, 0.27, 0.23];
/** A large soft lamp gives shapes a lit side; azimuth and height are in radians. */
const LAMP = { colour: [5, 4.6, 4] as Colour, azimuth: 0.9, height: 0.85, size: 0.45 };

/** A small equirectangular picture of a soft sky over a plain: the preview's light when there is no other. */
export function softSky(): DataTexture {
  const texels = new Uint16Array(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      // Rows go up, as three.js stores them.
      const height = ((y + 0.5) / HEIGHT - 0.5) * Math.PI;
      const azimuth = ((x + 0.5) / WIDTH - 0.5) * 2 * Math.PI;
      [...colourAt(azimuth, height), 1].forEach((value, c) => {
        texels[(y * WIDTH + x) * 4 + c] = DataUtils.toHalfFloat(value);
      });
    }
  }
  const texture = new DataTexture(texels, WIDTH, HEIGHT, RGBAFormat, HalfFloatType, EquirectangularReflectionMapping);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

function colourAt(azimuth: number, height: number): number[] {
  const up = Math.sin(height);
  const [from, to] = up > 0 ? [HORIZON, ZENITH] : [HORIZON, GROUND];
  const mix = up > 0 ? Math.sqrt(up) : MathUtils.smoothstep(-up, 0, 0.15);
  const cosine = Math.sin(height) * Math.sin(LAMP.height) + Math.cos(height) * Math.cos(LAMP.height) * Math.cos(azimuth - LAMP.azimuth);
  const lamp = Math.exp(-((Math.acos(MathUtils.clamp(cosine, -1, 1)) / LAMP.size) ** 2));
  return from.map((value, c) => value + ((to[c] as number) - value) * mix + (LAMP.colour[c] as number) * lamp);
}
