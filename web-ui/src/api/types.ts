/** What the farm's REST interface says, as far as this page reads it. Amounts are integers of 1 µT. */

export interface Farm {
  readonly name: string;
  readonly version: string;
  readonly priceRenderPerMillion?: number;
  readonly workers?: { readonly total: number; readonly trusted: number };
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly balance: number;
}

/** SHA-256, 64 lower-case hexadecimal digits. */
export type Digest = string;

export interface Upload {
  readonly id: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly offset: number;
  readonly complete: boolean;
  readonly chunkBytes: number;
}

export interface AnimationReport {
  readonly name: string;
  readonly seconds: number;
}

export interface SceneReport {
  readonly engine: string;
  readonly cameras: readonly string[];
  readonly animations: readonly AnimationReport[];
  /** The names of its material variants; older reports lack them. */
  readonly variants?: readonly string[];
  readonly triangles: number;
  readonly materials: number;
  readonly textures: number;
  readonly lights: number;
  readonly deviceBytes: number;
  readonly raysPerSample: number;
  readonly notices: readonly string[];
}

export interface FailureReport {
  readonly code: string;
  readonly detail: string;
}

export interface Scene {
  readonly id: string;
  readonly name: string;
  readonly state: 'INSPECTING' | 'READY' | 'REFUSED';
  readonly main?: string;
  readonly files?: Readonly<Record<string, Digest>>;
  readonly report?: SceneReport;
  readonly error?: FailureReport;
}

export type Vector = readonly [number, number, number];

export interface PlacedCamera {
  readonly type: 'placed';
  readonly position: Vector;
  readonly target: Vector;
  readonly up: Vector;
  readonly vfovDegrees: number;
}

export type CameraChoice = { readonly type: 'first' } | { readonly type: 'named'; readonly name: string } | PlacedCamera;

export interface EnvironmentMap {
  readonly file: Digest;
  readonly rotationDegrees: number;
  readonly strength: number;
  readonly visible: boolean;
}

export type Curve = 'ACES' | 'NEUTRAL' | 'AGX' | 'FILMIC' | 'LINEAR';

export interface ToneMap {
  readonly curve: Curve;
  readonly exposure: number;
  /** The display's exponent; absent: the sRGB curve. */
  readonly gamma?: number;
  readonly bits?: 8 | 16;
}

export interface FrameRange {
  readonly first: number;
  readonly last: number;
  readonly framesPerSecond: number;
}

/** How the camera takes a picture; lengths in scene units, times in frames. */
export interface Optics {
  readonly lens?: { readonly radius: number; readonly focusDistance: number };
  readonly shutter?: { readonly open: number; readonly close: number };
  readonly filter?: 'BOX' | 'TENT' | 'GAUSSIAN';
}

export type Layer = 'ALBEDO' | 'NORMAL' | 'DEPTH' | 'OBJECT' | 'MATERIAL' | 'MOMENT' | 'HALF';

export interface RenderRequest {
  readonly scene: string;
  readonly camera: CameraChoice;
  readonly environment?: EnvironmentMap;
  readonly frames?: FrameRange;
  readonly animation?: number;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly maxBounces: number;
  /** Limits for each kind; what is left out is as in Cycles. */
  readonly bounces?: { readonly diffuse?: number; readonly glossy?: number; readonly transmission?: number };
  readonly indirectClamp?: number;
  readonly seed: number;
  readonly toneMap: ToneMap;
  readonly optics?: Optics;
  readonly layers?: readonly Layer[];
  readonly denoiser?: { readonly type: 'guided' } | { readonly type: 'model'; readonly name: string };
  readonly variant?: string;
  /** The models that every frame goes through. */
  readonly steps?: readonly ModelStep[];
  /** The class of the workers that render it; what is left out is any. */
  readonly hardware?: Hardware;
}

export type Hardware = 'any' | 'cpu' | 'gpu';

export interface ModelStep {
  readonly model: string;
  readonly space: 'LINEAR' | 'SRGB';
}

/** A version of a model; one that turns pictures into pictures says by how much it enlarges them. */
export interface Model {
  readonly name: string;
  readonly state: 'INSPECTING' | 'READY' | 'REFUSED';
  readonly description?: { readonly picture?: { readonly scale: number } };
}

export interface Quote {
  readonly ceiling: number;
  readonly estimate: number;
  readonly workUnitsCeiling: number;
  readonly tasks: number;
  readonly frames: number;
  readonly hardware?: { readonly name: Hardware; readonly percent: number; readonly workers: number };
}

export type JobState = 'RUNNING' | 'ASSEMBLING' | 'COMPLETED' | 'FAILED' | 'CANCELED';

export interface TaskCounts {
  readonly queued: number;
  readonly leased: number;
  readonly reported: number;
  readonly accepted: number;
  readonly failed: number;
  readonly canceled: number;
  readonly total: number;
}

export interface Output {
  readonly name: string;
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: number;
}

export interface Job {
  readonly id: string;
  readonly kind: 'RENDER' | 'EMBED';
  readonly state: JobState;
  readonly createdAt: string;
  readonly finishedAt?: string;
  readonly plan: Digest;
  /** A render job's is a {@link RenderRequest} without what was left to its defaults. */
  readonly request: Partial<RenderRequest> & { readonly model?: string };
  readonly tasks: TaskCounts;
  readonly price: { readonly held: number; readonly paid: number; readonly fees: number; readonly refunded: number };
  readonly outputs: readonly Output[];
  readonly error?: FailureReport;
}

export type TaskState = 'QUEUED' | 'LEASED' | 'REPORTED' | 'ACCEPTED' | 'FAILED' | 'CANCELED';

/** A rectangle of a frame, in pixels; the origin is the top left. */
export interface TileBounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The samples `first` to `end - 1` of every pixel. */
export interface SampleRange {
  readonly first: number;
  readonly end: number;
}

export interface Task {
  readonly index: number;
  readonly state: TaskState;
  readonly spec: { readonly type: string; readonly frame?: number; readonly tile?: TileBounds; readonly samples?: SampleRange };
  readonly worker?: string;
}

/** What the farm says of a task while it changes. */
export interface TileTask {
  readonly index: number;
  readonly state: TaskState;
  readonly frame: number;
  readonly tile: TileBounds;
  readonly samples: SampleRange;
}

export interface Worker {
  readonly id: string;
  readonly name: string;
  readonly device: string;
  readonly engines: readonly string[];
  readonly trusted: boolean;
  readonly connected: boolean;
  readonly tasksAccepted: number;
  readonly earned: number;
}

export interface Posting {
  /** Rises over the whole ledger; the next page continues after it. */
  readonly number: number;
  readonly transfer: string;
  readonly at: string;
  readonly account: string;
  readonly direction: 'DEBIT' | 'CREDIT';
  readonly amount: number;
  readonly purpose: string;
  readonly job?: string;
  readonly task?: number;
}

/** A page of what moved, the oldest first. */
export interface Statement {
  readonly account: string;
  readonly balance: number;
  readonly postings: readonly Posting[];
}

export function hasEnded(state: JobState): boolean {
  return state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELED';
}
