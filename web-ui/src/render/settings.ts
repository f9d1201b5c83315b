import type { CameraChoice, EnvironmentMap, RenderRequest } from '../api/types.ts';

/** The settings as they stand in the form: text until they are checked. */
export interface SettingsText {
  readonly width: string;
  readonly height: string;
  readonly samples: string;
  readonly maxBounces: string;
  readonly seed: string;
  readonly curve: 'ACES' | 'LINEAR';
  readonly exposure: string;
  readonly animate: boolean;
  readonly firstFrame: string;
  readonly lastFrame: string;
  readonly framesPerSecond: string;
  /** The number of the animation, or empty for the first one. */
  readonly animation: string;
}

export const DEFAULTS: SettingsText = {
  width: '1280',
  height: '720',
  samples: '64',
  maxBounces: '8',
  seed: '0',
  curve: 'ACES',
  exposure: '0',
  animate: false,
  firstFrame: '0',
  lastFrame: '23',
  framesPerSecond: '24',
  animation: '',
};

export type Settings = Omit<RenderRequest, 'scene' | 'camera' | 'environment'>;

export type Faults = Partial<Record<keyof SettingsText, string>>;

export type Checked = { readonly settings: Settings; readonly faults?: never } | { readonly faults: Faults; readonly settings?: never };

interface Range {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** The farm's own limits (RenderPlan, FrameRange, ToneMap). */
const RANGES = {
  width: { name: 'The width', min: 1, max: 32_768, whole: true },
  height: { name: 'The height', min: 1, max: 32_768, whole: true },
  samples: { name: 'The number of samples', min: 1, max: 1 << 20, whole: true },
  maxBounces: { name: 'The number of bounces', min: 0, max: 64, whole: true },
  seed: { name: 'The seed', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true },
  exposure: { name: 'The exposure', min: -32, max: 32, whole: false },
  firstFrame: { name: 'The first frame', min: 0, max: 2_147_483_646, whole: true },
  lastFrame: { name: 'The last frame', min: 0, max: 2_147_483_646, whole: true },
  framesPerSecond: { name: 'Frames per second', min: 0.001, max: 1000, whole: false },
} as const satisfies Partial<Record<keyof SettingsText, Range>>;

const ALWAYS = ['width', 'height', 'samples', 'maxBounces', 'seed', 'exposure'] as const;
const ANIMATED = ['firstFrame', 'lastFrame', 'framesPerSecond'] as const;
const MAX_FRAMES = 100_000;

/** Checks the form: the settings when all is well, else what is wrong with each field and what would be right. */
export function check(text: SettingsText): Checked {
  const faults: Faults = {};
  const numbers = new Map<string, number>();
  for (const field of text.animate ? [...ALWAYS, ...ANIMATED] : ALWAYS) {
    const value = numberOf(text[field]);
    const fault = faultOf(value, RANGES[field]);
    numbers.set(field, value);
    if (fault !== undefined) {
      faults[field] = fault;
    }
  }
  const number = (field: keyof typeof RANGES): number => numbers.get(field) ?? 0;
  if (text.animate && faults.firstFrame === undefined && faults.lastFrame === undefined) {
    const fault = frameFault(number('firstFrame'), number('lastFrame'));
    if (fault !== undefined) {
      faults.lastFrame = fault;
    }
  }
  if (Object.keys(faults).length > 0) {
    return { faults };
  }
  const still: Settings = {
    width: number('width'),
    height: number('height'),
    samples: number('samples'),
    maxBounces: number('maxBounces'),
    seed: number('seed'),
    toneMap: { curve: text.curve, exposure: number('exposure') },
  };
  if (!text.animate) {
    return { settings: still };
  }
  const frames = { first: number('firstFrame'), last: number('lastFrame'), framesPerSecond: number('framesPerSecond') };
  return { settings: { ...still, frames, ...(text.animation === '' ? {} : { animation: Number(text.animation) }) } };
}

export function requestOf(scene: string, camera: CameraChoice, environment: EnvironmentMap | undefined, settings: Settings): RenderRequest {
  return { scene, camera, ...(environment === undefined ? {} : { environment }), ...settings };
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function faultOf(value: number, { name, min, max, whole }: Range): string | undefined {
  const right = `from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  if (!Number.isFinite(value)) {
    return `${name} is not a number; give one ${right}.`;
  }
  if (whole && !Number.isInteger(value)) {
    return `${name} must be a whole number ${right}.`;
  }
  return value < min || value > max ? `${name} must be ${right}.` : undefined;
}

function frameFault(first: number, last: number): string | undefined {
  if (last < first) {
    return `The last frame comes before the first, ${first}.`;
  }
  return last - first + 1 > MAX_FRAMES ? `One job has at most ${MAX_FRAMES.toLocaleString('en-US')} frames.` : undefined;
}
