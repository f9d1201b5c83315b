import { describe, expect, it } from 'vitest';
import { ToneMapper } from '../src/film/toneMapper.ts';

function rgba(mapper: ToneMapper, r: number, g: number, b: number, a: number): number[] {
  const out = new Uint8ClampedArray(4);
  mapper.write(r, g, b, a, out, 0);
  return [...out];
}

describe('the linear curve', () => {
  const linear = new ToneMapper({ curve: 'LINEAR', exposure: 0 });

  it('is sRGB and clips to 0 and 1', () => {
    // 0.2159 is the linear value of the sRGB code 128.
    expect(rgba(linear, 0, 0.5, 1, 1)).toEqual([0, 188, 255, 255]);
    expect(rgba(linear, -1, 7, 0.001, 1)).toEqual([0, 255, 3, 255]);
    expect(rgba(linear, 0.2159, 0.2159, 0.2159, 1)).toEqual([128, 128, 128, 255]);
  });

  it('takes the colour out of its alpha', () => {
    expect(rgba(linear, 0.25, 0.125, 0, 0.5)).toEqual([188, 137, 0, 128]);
    expect(rgba(linear, 0, 0, 0, 0)).toEqual([0, 0, 0, 0]);
  });

  it('is brighter by a stop when the exposure is 1', () => {
    expect(rgba(new ToneMapper({ curve: 'LINEAR', exposure: 1 }), 0.25, 0.25, 0.25, 1)).toEqual(rgba(linear, 0.5, 0.5, 0.5, 1));
  });
});

describe('every curve', () => {
  it.each(['ACES', 'NEUTRAL', 'AGX', 'FILMIC', 'LINEAR'] as const)('%s keeps greys grey, rises and reaches white', (curve) => {
    const mapper = new ToneMapper({ curve, exposure: 0 });
    let previous = -1;
    for (let i = 0; i <= 400; i++) {
      const [red = 0, green = 0, blue = 0] = rgba(mapper, i / 10, i / 10, i / 10, 1);
      expect(Math.max(Math.abs(red - green), Math.abs(red - blue))).toBeLessThanOrEqual(1);
      expect(red).toBeGreaterThanOrEqual(previous);
      previous = red;
    }
    expect(previous).toBeGreaterThanOrEqual(250);
  });

  it('has the farm\'s values', () => {
    expect(rgba(new ToneMapper({ curve: 'NEUTRAL', exposure: 0 }), 0.54, 0.24, 0.14, 1)).toEqual(
      rgba(new ToneMapper({ curve: 'LINEAR', exposure: 0 }), 0.5, 0.2, 0.1, 1),
    );
    expect(rgba(new ToneMapper({ curve: 'LINEAR', exposure: 0, gamma: 2 }), 0.252, 1, 0, 1)).toEqual([128, 255, 0, 255]);
  });
});

describe('the ACES curve', () => {
  const aces = new ToneMapper({ curve: 'ACES', exposure: 0 });

  it('has the values of the fit, computed by hand for grey', () => {
    // The rows of both matrices sum to 1, so that grey stays grey and only the fit is left.
    const x = 1 / 0.6;
    const f = (x * (x + 0.0245786) - 0.000090537) / (x * (0.983729 * x + 0.432951) + 0.238081);
    const code = Math.floor((1.055 * f ** (1 / 2.4) - 0.055) * 255 + 0.5);
    rgba(aces, 1, 1, 1, 1).slice(0, 3).forEach((channel) => expect(Math.abs(channel - code)).toBeLessThanOrEqual(1));
  });

  it('never decreases with light and ends at white', () => {
    let before = -1;
    for (let stop = -12; stop <= 14; stop += 0.25) {
      const [red = 0] = rgba(aces, 2 ** stop, 2 ** stop, 2 ** stop, 1);
      expect(red).toBeGreaterThanOrEqual(before);
      before = red;
    }
    expect(before).toBe(255);
    expect(rgba(aces, 0, 0, 0, 1)).toEqual([0, 0, 0, 255]);
  });

  it('turns very bright red towards white', () => {
    const [red = 0, green = 0, blue = 0] = rgba(aces, 60, 0, 0, 1);
    expect(red).toBe(255);
    expect(green).toBeGreaterThan(20);
    expect(blue).toBeGreaterThan(20);
  });
});
