import type { ToneMap } from '../api/types.ts';

const ACES_INPUT_SCALE = 1 / 0.6;

/** Turns linear radiance into the 8 bits of a screen; the formulas are those of the farm's own ToneMapper. */
export class ToneMapper {
  readonly #aces: boolean;
  readonly #scale: number;

  constructor(toneMap: ToneMap) {
    this.#aces = toneMap.curve === 'ACES';
    this.#scale = 2 ** toneMap.exposure;
  }

  /**
   * Writes one pixel as straight RGBA.
   *
   * @param r linear, premultiplied by alpha, as `g` and `b`
   */
  write(r: number, g: number, b: number, a: number, out: Uint8ClampedArray, at: number): void {
    const alpha = clamp(a);
    const scale = alpha > 0 ? this.#scale / alpha : 0;
    let red = r * scale;
    let green = g * scale;
    let blue = b * scale;
    if (this.#aces) {
      // Stephen Hill's fit of the ACES reference and output transforms, as glTF viewers use it.
      const x = fit((0.59719 * red + 0.35458 * green + 0.04823 * blue) * ACES_INPUT_SCALE);
      const y = fit((0.076 * red + 0.90834 * green + 0.01566 * blue) * ACES_INPUT_SCALE);
      const z = fit((0.0284 * red + 0.13383 * green + 0.83777 * blue) * ACES_INPUT_SCALE);
      red = 1.60475 * x - 0.53108 * y - 0.07367 * z;
      green = -0.10208 * x + 1.10813 * y - 0.00605 * z;
      blue = -0.00327 * x - 0.07276 * y + 1.07602 * z;
    }
    out[at] = encode(red);
    out[at + 1] = encode(green);
    out[at + 2] = encode(blue);
    out[at + 3] = toByte(alpha);
  }
}

function fit(v: number): number {
  return (v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.432951) + 0.238081);
}

function encode(linear: number): number {
  const v = clamp(linear);
  return toByte(v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
}

function toByte(v: number): number {
  return Math.floor(v * 255 + 0.5);
}

function clamp(v: number): number {
  return v > 0 ? Math.min(v, 1) : 0;
}
