import {
  ACESFilmicToneMapping,
  AgXToneMapping,
  AnimationMixer,
  Box3,
  type Camera,
  DataTexture,
  DataUtils,
  EquirectangularReflectionMapping,
  Group,
  HalfFloatType,
  LinearFilter,
  LinearToneMapping,
  NeutralToneMapping,
  LoadingManager,
  MathUtils,
  Object3D,
  OrthographicCamera,
  PerspectiveCamera,
  PMREMGenerator,
  RGBAFormat,
  Scene as ThreeScene,
  type Texture,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { type GLTF, GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { HDRLoader } from 'three/examples/jsm/loaders/HDRLoader.js';
import type { AnimationReport, CameraChoice, PlacedCamera, ToneMap, Vector } from '../api/types.ts';
import { framing } from './framing.ts';
import { cameraNames, camerasOf, disposeOf, lightsItself, nameOf } from './gltfContent.ts';
import { decoded, type SceneSource } from './sceneFiles.ts';
import { studioSkyPicture } from './studioSky.ts';

/** What the preview found in a scene; the farm's own report replaces it once it is there. */
export interface LocalScene {
  readonly cameras: readonly string[];
  readonly animations: readonly AnimationReport[];
}

/** Light from all around, as the preview shows it. */
export interface PreviewEnvironment {
  readonly rotationDegrees: number;
  readonly strength: number;
  readonly visible: boolean;
}

/** Three.js has no curve by Hable: the preview shows that one clipped. */
const TONE_MAPPINGS = {
  ACES: ACESFilmicToneMapping,
  NEUTRAL: NeutralToneMapping,
  AGX: AgXToneMapping,
  FILMIC: LinearToneMapping,
  LINEAR: LinearToneMapping,
} as const;

const SKY_WIDTH = 64;
const SKY_HEIGHT = 32;
/** Beside lights of the scene the farm shows no sky; the preview keeps a little, so that its dark sides can be seen. */
const SKY_STRENGTH_BESIDE_LIGHTS = 0.1;

/**
 * A sketch of the scene with orbit controls. It draws when something changed and rests otherwise. Its light and
 * its cameras are the farm's as near as a browser can; what the farm computes is exact, this is not.
 */
export class Viewport {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new ThreeScene();
  readonly #orbit = new PerspectiveCamera(30, 1, 0.01, 1000);
  readonly #controls: OrbitControls;
  readonly #skyPicture = studioSky();
  readonly #sky: Texture;
  readonly #onOrbit: () => void;
  #camera: Camera = this.#orbit;
  #content = new Group() as Object3D;
  #gltf: GLTF | undefined;
  #mixer: AnimationMixer | undefined;
  #map: Texture | undefined;
  #environment: PreviewEnvironment = { rotationDegrees: 0, strength: 1, visible: false };
  readonly #box = new Box3();
  /** The camera is the one that frames the scene, and follows the shape of the picture. */
  #framed = false;
  #moving = false;
  #drawing = 0;

  /** Throws when the browser has no WebGL. */
  constructor(canvas: HTMLCanvasElement, onOrbit: () => void) {
    this.#onOrbit = onOrbit;
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
    // Asking whether a shader compiled would hold up the page until it has.
    this.#renderer.debug.checkShaderErrors = false;
    const generator = new PMREMGenerator(this.#renderer);
    this.#sky = generator.fromEquirectangular(this.#skyPicture).texture;
    generator.dispose();
    this.#controls = new OrbitControls(this.#orbit, canvas);
    this.#controls.listenToKeyEvents(canvas);
    this.#controls.keyPanSpeed = 24;
    this.#controls.addEventListener('start', () => this.#startOrbit());
    this.#controls.addEventListener('change', () => this.#orbited());
    this.light(undefined, this.#environment);
  }

  /** Shows a scene from its files in memory, through its first camera. */
  async load(source: SceneSource): Promise<LocalScene> {
    const urls = new Map(source.files.map(({ path, blob }) => [path, URL.createObjectURL(blob)]));
    try {
      const manager = new LoadingManager();
      manager.setURLModifier((url) => urls.get(decoded(url)) ?? url);
      const main = source.files.find((file) => file.path === source.main);
      if (main === undefined) {
        throw new Error(`${source.main} is not among the scene's files`);
      }
      const gltf = await new GLTFLoader(manager).parseAsync(await main.blob.arrayBuffer(), '');
      this.#show(gltf);
      return { cameras: cameraNames(gltf), animations: gltf.animations.map((a) => ({ name: a.name, seconds: a.duration })) };
    } finally {
      urls.forEach((url) => URL.revokeObjectURL(url));
    }
  }

  /** Reads a Radiance picture for {@link light}. */
  async readMap(file: Blob): Promise<Texture> {
    const url = URL.createObjectURL(file);
    try {
      const texture = await new HDRLoader().loadAsync(url);
      texture.mapping = EquirectangularReflectionMapping;
      return texture;
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  /** Lights the scene with a map, or as the farm does when there is none. */
  light(map: Texture | undefined, environment: PreviewEnvironment): void {
    if (this.#map !== map) {
      this.#map?.dispose();
      this.#map = map;
    }
    this.#environment = environment;
    const turn = MathUtils.degToRad(environment.rotationDegrees);
    this.#scene.environment = map ?? this.#sky;
    this.#scene.environmentRotation.y = turn;
    const ownLight = this.#gltf === undefined || lightsItself(this.#content);
    const skyStrength = ownLight ? SKY_STRENGTH_BESIDE_LIGHTS : 1;
    this.#scene.environmentIntensity = map === undefined ? skyStrength : environment.strength;
    this.#scene.background = map === undefined ? (ownLight ? null : this.#skyPicture) : environment.visible ? map : null;
    this.#scene.backgroundRotation.y = turn;
    this.#scene.backgroundIntensity = map === undefined ? 1 : environment.strength;
    this.draw();
  }

  toneMap({ curve, exposure }: ToneMap): void {
    this.#renderer.toneMapping = TONE_MAPPINGS[curve];
    this.#renderer.toneMappingExposure = 2 ** exposure;
    this.draw();
  }

  /** Looks through a camera; the orbit camera moves there too, so that a drag goes on from it. */
  look(choice: CameraChoice): void {
    this.#framed = false;
    if (choice.type === 'placed') {
      this.#camera = this.#orbit;
    } else {
      const camera = this.#find(choice);
      this.#camera = camera ?? this.#orbit;
      if (camera === undefined) {
        this.#frameAll();
      } else {
        this.#orbitFrom(camera);
      }
    }
    this.draw();
  }

  /** Where the orbit camera stands. */
  placed(): PlacedCamera {
    return {
      type: 'placed',
      position: rounded(this.#orbit.position),
      target: rounded(this.#controls.target),
      up: [0, 1, 0],
      vfovDegrees: Number(this.#orbit.fov.toPrecision(8)),
    };
  }

  /** Shows an animation at a moment; the number of the animation counts as in the file. */
  showTime(animation: number, seconds: number): void {
    const clip = this.#gltf?.animations[animation];
    if (clip === undefined || this.#gltf === undefined) {
      return;
    }
    this.#mixer ??= new AnimationMixer(this.#gltf.scene);
    const action = this.#mixer.clipAction(clip);
    if (!action.isRunning()) {
      this.#mixer.stopAllAction();
      action.play();
    }
    this.#mixer.setTime(clip.duration > 0 ? Math.min(seconds, clip.duration - 1e-4) : 0);
    this.draw();
  }

  resize(width: number, height: number): void {
    this.#renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.#renderer.setSize(width, height, false);
    if (this.#framed && width > 0 && height > 0) {
      this.#frameAll();
    }
    this.draw();
  }

  /** Draws before the next repaint, once however often it is asked. */
  draw(): void {
    if (this.#drawing === 0) {
      this.#drawing = requestAnimationFrame(() => {
        this.#drawing = 0;
        const { width, height } = this.#renderer.domElement;
        if (width > 0 && height > 0) {
          this.#aim(this.#camera, width / height);
          this.#renderer.render(this.#scene, this.#camera);
        }
      });
    }
  }

  dispose(): void {
    cancelAnimationFrame(this.#drawing);
    this.#controls.dispose();
    disposeOf(this.#content);
    this.#map?.dispose();
    this.#sky.dispose();
    this.#skyPicture.dispose();
    this.#renderer.dispose();
  }

  #show(gltf: GLTF): void {
    disposeOf(this.#content);
    this.#scene.remove(this.#content);
    this.#gltf = gltf;
    this.#mixer = undefined;
    this.#content = gltf.scene;
    this.#scene.add(gltf.scene);
    gltf.scene.updateMatrixWorld(true);
    this.#box.setFromObject(gltf.scene);
    if (this.#box.isEmpty()) {
      this.#box.set(new Vector3(-1, -1, -1), new Vector3(1, 1, 1));
    }
    const radius = this.#radius();
    this.#orbit.near = radius / 1000;
    this.#orbit.far = radius * 100;
    this.light(this.#map, this.#environment);
    this.look({ type: 'first' });
  }

  #find(choice: CameraChoice): Camera | undefined {
    const cameras = this.#gltf === undefined ? [] : camerasOf(this.#gltf);
    return choice.type === 'named' ? cameras.find((camera) => nameOf(camera) === choice.name) : cameras[0];
  }

  #frameAll(): void {
    const { width, height } = this.#renderer.domElement;
    const { position, target, vfovDegrees } = framing(this.#box.min.toArray(), this.#box.max.toArray(), width / Math.max(1, height));
    this.#framed = true;
    this.#orbit.fov = vfovDegrees;
    this.#orbit.updateProjectionMatrix();
    this.#controls.target.set(...target);
    this.#orbit.position.set(...position);
    this.#controls.update();
  }

  #orbitFrom(camera: Camera): void {
    camera.updateWorldMatrix(true, false);
    const position = camera.getWorldPosition(new Vector3());
    const direction = camera.getWorldDirection(new Vector3());
    const toCenter = this.#box.getCenter(new Vector3()).sub(position);
    const ahead = Math.max(direction.dot(toCenter), this.#radius() * 0.1);
    if (camera instanceof PerspectiveCamera) {
      this.#orbit.fov = camera.fov;
    }
    this.#orbit.position.copy(position);
    this.#controls.target.copy(position).addScaledVector(direction, ahead);
    this.#controls.update();
  }

  #startOrbit(): void {
    this.#moving = true;
    this.#framed = false;
  }

  #radius(): number {
    return Math.max(this.#box.getSize(new Vector3()).length() / 2, 1e-6);
  }

  #orbited(): void {
    if (this.#moving) {
      this.#camera = this.#orbit;
      this.#onOrbit();
    }
    this.draw();
  }

  #aim(camera: Camera, aspect: number): void {
    if (camera instanceof PerspectiveCamera && camera.aspect !== aspect) {
      camera.aspect = aspect;
      camera.updateProjectionMatrix();
    } else if (camera instanceof OrthographicCamera) {
      const half = camera.top * aspect;
      camera.left = -half;
      camera.right = half;
      camera.updateProjectionMatrix();
    }
  }
}

/** The farm's light for scenes that bring none, small: it is soft everywhere. */
function studioSky(): DataTexture {
  const picture = studioSkyPicture(SKY_WIDTH, SKY_HEIGHT);
  const halves = Uint16Array.from(picture, (value) => DataUtils.toHalfFloat(value));
  const texture = new DataTexture(halves, SKY_WIDTH, SKY_HEIGHT, RGBAFormat, HalfFloatType, EquirectangularReflectionMapping);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

function rounded(v: Vector3): Vector {
  return [Number(v.x.toPrecision(8)), Number(v.y.toPrecision(8)), Number(v.z.toPrecision(8))];
}
