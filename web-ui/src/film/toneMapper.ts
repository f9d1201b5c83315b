import type { Curve, ToneMap } from '../api/types.ts';

type Color = [number, number, number];
type Matrix = readonly [readonly number[], readonly number[], readonly number[]];

const ACES_INPUT_SCALE = 1 / 0.6;
const ACES_INPUT: Matrix = [[0.59719, 0.35458, 0.04823], [0.076, 0.90834, 0.01566], [0.0284, 0.13383, 0.83777]];
const ACES_OUTPUT: Matrix = [[1.60475, -0.53108, -0.07367], [-0.10208, 1.10813, -0.00605], [-0.00327, -0.07276, 1.07602]];
const TO_REC_2020: Matrix = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0113], [0.0164, 0.088, 0.8956]];
const FROM_REC_2020: Matrix = [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]];
const AGX_INSET: Matrix = [
  [0.856627153315983, 0.0951212405381588, 0.0482516061458583],
  [0.137318972929847, 0.761241990602591, 0.101439036467562],
  [0.11189821299995, 0.0767994186031903, 0.811302368396859],
];
const AGX_OUTSET: Matrix = [
  [1.1271005818144368, -0.11060664309660323, -0.016493938717834573],
  [-0.1413297634984383, 1.157823702216272, -0.016493938717834257],
  [-0.14132976349843826, -0.11060664309660294, 1.2519364065950405],
];
const AGX_LEAST_STOPS = -12.47393;
const AGX_MOST_STOPS = 4.026069;

/** Turns linear radiance into the 8 bits of a screen; the formulas are those of the farm's own ToneMapper. */
export class ToneMapper {
  readonly #curve: (color: Color) => Color;
  readonly #scale: number;
  readonly #gamma: number | undefined;

  constructor({ curve, exposure, gamma }: ToneMap) {
    this.#curve = CURVES[curve];
    this.#scale = 2 ** exposure;
    this.#gamma = gamma;
  }

  /**
   * Writes one pixel as straight RGBA.
   *
   * @param r linear, premultiplied by alpha, as `g` and `b`
   */
  write(r: number, g: number, b: number, a: number, out: Uint8ClampedArray, at: number): void {
    const alpha = clamp(a);
    const scale = alpha > 0 ? this.#scale / alpha : 0;
    const shown = this.#curve([positive(r * scale), positive(g * scale), positive(b * scale)]);
    for (let c = 0; c < 3; c++) {
      out[at + c] = toByte(this.#encoded(clamp(shown[c] as number)));
    }
    out[at + 3] = toByte(alpha);
  }

  #encoded(v: number): number {
    if (this.#gamma !== undefined) {
      return v ** (1 / this.#gamma);
    }
    return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
  }
}

const CURVES: Readonly<Record<Curve, (color: Color) => Color>> = {
  LINEAR: (color) => color,
  ACES: (color) => product(ACES_OUTPUT, product(ACES_INPUT, scaled(color, ACES_INPUT_SCALE)).map(acesFit) as Color),
  NEUTRAL: neutral,
  AGX: agx,
  FILMIC: (color) => color.map((v) => hable(2 * v) / hable(11.2)) as Color,
};

/** Stephen Hill's fit of the ACES reference and output transforms, as glTF viewers use it. */
function acesFit(v: number): number {
  return (v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.432951) + 0.238081);
}

/** Khronos PBR Neutral. */
function neutral(color: Color): Color {
  const start = 0.8 - 0.04;
  const least = Math.min(...color);
  const offset = least < 0.08 ? least - 6.25 * least * least : 0.04;
  const lower = color.map((v) => v - offset) as Color;
  const peak = Math.max(...lower);
  if (peak < start) {
    return lower;
  }
  const rest = 1 - start;
  const newPeak = 1 - (rest * rest) / (peak + rest - start);
  const white = 1 - 1 / (0.15 * (peak - newPeak) + 1);
  return lower.map((v) => (v * newPeak) / peak + (newPeak - (v * newPeak) / peak) * white) as Color;
}

/** Troy Sobotka's AgX, by Benjamin Wrensch's polynomial. */
function agx(color: Color): Color {
  const inset = product(AGX_INSET, product(TO_REC_2020, color));
  const contrasted = inset.map((v) => {
    const x = (Math.log2(Math.max(v, 1e-10)) - AGX_LEAST_STOPS) / (AGX_MOST_STOPS - AGX_LEAST_STOPS);
    return agxContrast(Math.max(0, Math.min(1, x)));
  }) as Color;
  return product(FROM_REC_2020, product(AGX_OUTSET, contrasted).map((v) => Math.max(0, v) ** 2.2) as Color);
}

function agxContrast(x: number): number {
  return 15.5 * x ** 6 - 40.14 * x ** 5 + 31.96 * x ** 4 - 6.868 * x ** 3 + 0.4298 * x ** 2 + 0.1191 * x - 0.00232;
}

/** John Hable, "Filmic Tonemapping Operators", 2010. */
function hable(x: number): number {
  return (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) - 0.02 / 0.3;
}

function product(m: Matrix, [x, y, z]: Color): Color {
  return m.map((row) => (row[0] as number) * x + (row[1] as number) * y + (row[2] as number) * z) as Color;
}

function scaled(color: Color, scale: number): Color {
  return color.map((v) => v * scale) as Color;
}

function toByte(v: number): number {
  return Math.floor(v * 255 + 0.5);
}

function positive(v: number): number {
  return v > 0 ? Math.min(v, 3.4e38) : 0;
}

function clamp(v: number): number {
  return v > 0 ? Math.min(v, 1) : 0;
}
