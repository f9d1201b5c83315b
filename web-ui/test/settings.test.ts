import { describe, expect, it } from 'vitest';
import { check, DEFAULTS, LAYERS, pictureModels, requestOf, type SettingsText } from '../src/render/settings.ts';

const faults = (change: Partial<SettingsText>) => check({ ...DEFAULTS, ...change }).faults;

describe('the settings', () => {
  it('are right as they come', () => {
    expect(check(DEFAULTS).settings).toEqual({
      width: 1280, height: 720, samples: 64, maxBounces: 8, seed: 0, toneMap: { curve: 'ACES', exposure: 0 },
    });
  });

  it.each([
    [{ width: '0' }, 'width', 'The width must be from 1 to 32,768.'],
    [{ width: '32769' }, 'width', 'The width must be from 1 to 32,768.'],
    [{ height: '12.5' }, 'height', 'The height must be a whole number from 1 to 32,768.'],
    [{ height: 'tall' }, 'height', 'The height is not a number; give one from 1 to 32,768.'],
    [{ samples: '' }, 'samples', 'The number of samples is not a number; give one from 1 to 1,048,576.'],
    [{ samples: '1048577' }, 'samples', 'The number of samples must be from 1 to 1,048,576.'],
    [{ maxBounces: '65' }, 'maxBounces', 'The number of bounces must be from 0 to 64.'],
    [{ seed: '-1' }, 'seed', 'The seed must be from 0 to 9,007,199,254,740,991.'],
    [{ exposure: '-33' }, 'exposure', 'The exposure must be from -32 to 32.'],
    [{ animate: true, firstFrame: '5', lastFrame: '4' }, 'lastFrame', 'The last frame comes before the first, 5.'],
    [{ animate: true, lastFrame: '100000' }, 'lastFrame', 'One job has at most 100,000 frames.'],
    [{ animate: true, framesPerSecond: '0' }, 'framesPerSecond', 'Frames per second must be from 0.001 to 1,000.'],
  ] as const)('%o is refused with the field and the range', (change, field, text) => {
    expect(faults(change)).toEqual({ [field]: text });
  });

  it('name every fault at once', () => {
    expect(Object.keys(faults({ width: 'x', samples: '0', exposure: '99' }) ?? {})).toEqual(['width', 'samples', 'exposure']);
  });

  it('do not look at the frames of one picture', () => {
    expect(faults({ animate: false, firstFrame: 'x', framesPerSecond: '0' })).toBeUndefined();
  });

  it('accept their limits', () => {
    expect(faults({ width: '32768', height: '1', samples: '1048576', maxBounces: '0', exposure: '32' })).toBeUndefined();
    expect(faults({ animate: true, firstFrame: '0', lastFrame: '99999', framesPerSecond: '23.976' })).toBeUndefined();
  });

  it('ask for optics, layers and the rest only when they are chosen', () => {
    const chosen = check({
      ...DEFAULTS, aperture: '0.1', focus: '3', animate: true, shutter: '0.5', denoise: true, cyclesBounces: true, indirectClamp: '4', layers: true, sixteenBits: true, variant: 'Red', curve: 'AGX',
    }).settings;
    expect(chosen).toMatchObject({
      optics: { lens: { radius: 0.1, focusDistance: 3 }, shutter: { open: 0, close: 0.5 } },
      denoiser: { type: 'guided' }, bounces: {}, indirectClamp: 4, layers: LAYERS, variant: 'Red', toneMap: { curve: 'AGX', exposure: 0, bits: 16 },
    });
    expect(faults({ aperture: '-1', focus: '0' })).toEqual({
      aperture: "The lens's radius must be from 0 to 1,000,000.", focus: 'The distance in focus must be from 0.001 to 1,000,000,000.',
    });
  });

  it('ask for a class of hardware only when one is chosen', () => {
    expect(check({ ...DEFAULTS, hardware: 'gpu' }).settings?.hardware).toBe('gpu');
    expect(check(DEFAULTS).settings).not.toHaveProperty('hardware');
  });

  it('send the pictures through the chosen models, in their order', () => {
    expect(check({ ...DEFAULTS, model: 'clean:LINEAR', secondModel: 'large:SRGB' }).settings?.steps).toEqual([
      { model: 'clean', space: 'LINEAR' }, { model: 'large', space: 'SRGB' },
    ]);
    expect(check({ ...DEFAULTS, secondModel: 'large:SRGB' }).settings?.steps).toEqual([{ model: 'large', space: 'SRGB' }]);
  });

  it('offer each model of pictures once, and no other', () => {
    const picture = { picture: { scale: 2 } };
    expect(pictureModels([
      { name: 'large', state: 'READY', description: picture }, { name: 'large', state: 'READY', description: picture },
      { name: 'text', state: 'READY', description: {} }, { name: 'new', state: 'INSPECTING' },
    ])).toEqual(['large']);
  });

  it('become a request with frames and animation only when asked', () => {
    const still = check(DEFAULTS).settings;
    const moving = check({ ...DEFAULTS, animate: true, lastFrame: '3', animation: '1' }).settings;
    const environment = { file: 'ab', rotationDegrees: 90, strength: 2, visible: true };
    expect(requestOf('s-1', { type: 'first' }, undefined, still as never)).not.toHaveProperty('environment');
    expect(requestOf('s-1', { type: 'named', name: 'A' }, environment, moving as never)).toMatchObject({
      scene: 's-1', camera: { type: 'named', name: 'A' }, environment, frames: { first: 0, last: 3, framesPerSecond: 24 }, animation: 1,
    });
  });
});
