import type { CameraChoice, Curve, EnvironmentMap, Hardware, Layer, Model, ModelStep, Optics, RenderRequest } from '../api/types.ts';

/** The settings as they stand in the form: text until they are checked. */
export interface SettingsText {
  readonly width: string;
  readonly height: string;
  readonly samples: string;
  readonly maxBounces: string;
  /** Whether each kind of bounce has the limit that Cycles gives it. */
  readonly cyclesBounces: boolean;
  /** The most indirect light of a path; 0 for no limit. */
  readonly indirectClamp: string;
  readonly seed: string;
  readonly curve: Curve;
  readonly exposure: string;
  readonly animate: boolean;
  readonly firstFrame: string;
  readonly lastFrame: string;
  readonly framesPerSecond: string;
  /** The number of the animation, or empty for the first one. */
  readonly animation: string;
  /** The lens's radius in scene units; 0 for a pinhole. */
  readonly aperture: string;
  readonly focus: string;
  /** How long the shutter stays open, in frames; 0 for one moment. */
  readonly shutter: string;
  readonly denoise: boolean;
  /** Whether the EXR gets albedo, normal, depth and material, too. */
  readonly layers: boolean;
  readonly sixteenBits: boolean;
  /** The material variant, or empty for the scene's own materials. */
  readonly variant: string;
  /** Models that the pictures go through, as "NAME:LINEAR" or "NAME:SRGB", or empty for none. */
  readonly model: string;
  readonly secondModel: string;
  readonly hardware: Hardware;
}

export const DEFAULTS: SettingsText = {
  width: '1280',
  height: '720',
  samples: '64',
  maxBounces: '8',
  cyclesBounces: false,
  indirectClamp: '0',
  seed: '0',
  curve: 'ACES',
  exposure: '0',
  animate: false,
  firstFrame: '0',
  lastFrame: '23',
  framesPerSecond: '24',
  animation: '',
  aperture: '0',
  focus: '1',
  shutter: '0',
  denoise: false,
  layers: false,
  sixteenBits: false,
  variant: '',
  model: '',
  secondModel: '',
  hardware: 'any',
};

/** What goes into the EXR beside the picture, when it is asked for. */
export const LAYERS: readonly Layer[] = ['ALBEDO', 'NORMAL', 'DEPTH', 'MATERIAL'];

export type Settings = Omit<RenderRequest, 'scene' | 'camera' | 'environment'>;

export type Faults = Partial<Record<keyof SettingsText, string>>;

export type Checked = { readonly settings: Settings; readonly faults?: never } | { readonly faults: Faults; readonly settings?: never };

interface Range {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** The farm's own limits (RenderPlan, FrameRange, ToneMap, Lens, Shutter, LightPaths). */
const RANGES = {
  width: { name: 'The width', min: 1, max: 32_768, whole: true },
  height: { name: 'The height', min: 1, max: 32_768, whole: true },
  samples: { name: 'The number of samples', min: 1, max: 1 << 20, whole: true },
  maxBounces: { name: 'The number of bounces', min: 0, max: 64, whole: true },
  indirectClamp: { name: 'The most indirect light', min: 0, max: 1e6, whole: false },
  seed: { name: 'The seed', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true },
  exposure: { name: 'The exposure', min: -32, max: 32, whole: false },
  firstFrame: { name: 'The first frame', min: 0, max: 2_147_483_646, whole: true },
  lastFrame: { name: 'The last frame', min: 0, max: 2_147_483_646, whole: true },
  framesPerSecond: { name: 'Frames per second', min: 0.001, max: 1000, whole: false },
  aperture: { name: "The lens's radius", min: 0, max: 1e6, whole: false },
  focus: { name: 'The distance in focus', min: 0.001, max: 1e9, whole: false },
  shutter: { name: 'The time that the shutter is open', min: 0, max: 1, whole: false },
} as const satisfies Partial<Record<keyof SettingsText, Range>>;

const ALWAYS = ['width', 'height', 'samples', 'maxBounces', 'indirectClamp', 'seed', 'exposure', 'aperture', 'focus'] as const;
const ANIMATED = ['firstFrame', 'lastFrame', 'framesPerSecond', 'shutter'] as const;
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
    ...(text.cyclesBounces ? { bounces: {} } : {}),
    ...(number('indirectClamp') > 0 ? { indirectClamp: number('indirectClamp') } : {}),
    seed: number('seed'),
    toneMap: { curve: text.curve, exposure: number('exposure'), ...(text.sixteenBits ? { bits: 16 as const } : {}) },
    ...opticsOf(number('aperture'), number('focus'), text.animate ? number('shutter') : 0),
    ...(text.denoise ? { denoiser: { type: 'guided' as const } } : {}),
    ...(text.layers ? { layers: LAYERS } : {}),
    ...(text.variant === '' ? {} : { variant: text.variant }),
    ...stepsOf(text.model, text.secondModel),
    ...(text.hardware === 'any' ? {} : { hardware: text.hardware }),
  };
  if (!text.animate) {
    return { settings: still };
  }
  const frames = { first: number('firstFrame'), last: number('lastFrame'), framesPerSecond: number('framesPerSecond') };
  return { settings: { ...still, frames, ...(text.animation === '' ? {} : { animation: Number(text.animation) }) } };
}

function stepsOf(...chosen: readonly string[]): { steps?: readonly ModelStep[] } {
  const steps = chosen.filter((choice) => choice !== '').map((choice): ModelStep => {
    const [model = '', space] = choice.split(':');
    return { model, space: space === 'SRGB' ? 'SRGB' : 'LINEAR' };
  });
  return steps.length === 0 ? {} : { steps };
}

/** The names of the models that turn pictures into pictures. */
export function pictureModels(models: readonly Model[]): readonly string[] {
  const names = models.filter(({ state, description }) => state === 'READY' && description?.picture !== undefined).map(({ name }) => name);
  return [...new Set(names)];
}

function opticsOf(radius: number, focusDistance: number, close: number): { optics?: Optics } {
  if (radius === 0 && close === 0) {
    return {};
  }
  return {
    optics: {
      ...(radius > 0 ? { lens: { radius, focusDistance } } : {}),
      ...(close > 0 ? { shutter: { open: 0, close } } : {}),
    },
  };
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
