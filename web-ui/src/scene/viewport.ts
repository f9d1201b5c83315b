import {
  ACESFilmicToneMapping,
  AnimationMixer,
  Box3,
  type Camera,
  EquirectangularReflectionMapping,
  Group,
  type Light,
  LinearToneMapping,
  LoadingManager,
  MathUtils,
  Object3D,
  OrthographicCamera,
  PerspectiveCamera,
  PMREMGenerator,
  Scene as ThreeScene,
  Sphere,
  type Texture,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { type GLTF, GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { HDRLoader } from 'three/examples/jsm/loaders/HDRLoader.js';
import type { AnimationReport, CameraChoice, PlacedCamera, ToneMap, Vector } from '../api/types.ts';
import { decoded, type SceneSource } from './sceneFiles.ts';
import { softSky } from './softSky.ts';

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

const DEFAULT_VFOV_DEGREES = 40;
/** The preview's sky, alone and beside lights of the scene. */
const SKY_STRENGTH = 0.8;
const SKY_STRENGTH_BESIDE_LIGHTS = 0.2;

/**
 * A sketch of the scene with orbit controls. It draws when something changed and rests otherwise. Its light is a
 * soft sky unless a map is given: what the farm computes is exact, this is not.
 */
export class Viewport {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new ThreeScene();
  readonly #orbit = new PerspectiveCamera(DEFAULT_VFOV_DEGREES, 1, 0.01, 1000);
  readonly #controls: OrbitControls;
  readonly #sky: Texture;
  readonly #onOrbit: () => void;
  #camera: Camera = this.#orbit;
  #content = new Group() as Object3D;
  #gltf: GLTF | undefined;
  #mixer: AnimationMixer | undefined;
  #map: Texture | undefined;
  #environment: PreviewEnvironment = { rotationDegrees: 0, strength: 1, visible: false };
  #bounds = new Sphere(new Vector3(), 1);
  #moving = false;
  #drawing = 0;

  /** Throws when the browser has no WebGL. */
  constructor(canvas: HTMLCanvasElement, onOrbit: () => void) {
    this.#onOrbit = onOrbit;
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
    // Asking whether a shader compiled would hold up the page until it has.
    this.#renderer.debug.checkShaderErrors = false;
    const generator = new PMREMGenerator(this.#renderer);
    const picture = softSky();
    this.#sky = generator.fromEquirectangular(picture).texture;
    picture.dispose();
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

  /** Lights the scene with a map, or with a soft sky when there is none. */
  light(map: Texture | undefined, environment: PreviewEnvironment): void {
    if (this.#map !== map) {
      this.#map?.dispose();
      this.#map = map;
    }
    this.#environment = environment;
    const turn = MathUtils.degToRad(environment.rotationDegrees);
    this.#scene.environment = map ?? this.#sky;
    this.#scene.environmentRotation.y = turn;
    const sky = this.#hasLights() ? SKY_STRENGTH_BESIDE_LIGHTS : SKY_STRENGTH;
    this.#scene.environmentIntensity = map === undefined ? sky : environment.strength;
    this.#scene.background = map !== undefined && environment.visible ? map : null;
    this.#scene.backgroundRotation.y = turn;
    this.#scene.backgroundIntensity = environment.strength;
    this.draw();
  }

  toneMap({ curve, exposure }: ToneMap): void {
    this.#renderer.toneMapping = curve === 'ACES' ? ACESFilmicToneMapping : LinearToneMapping;
    this.#renderer.toneMappingExposure = 2 ** exposure;
    this.draw();
  }

  /** Looks through a camera; the orbit camera moves there too, so that a drag goes on from it. */
  look(choice: CameraChoice): void {
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
    new Box3().setFromObject(gltf.scene).getBoundingSphere(this.#bounds);
    if (!(this.#bounds.radius > 0)) {
      this.#bounds = new Sphere(new Vector3(), 1);
    }
    this.#orbit.near = this.#bounds.radius / 1000;
    this.#orbit.far = this.#bounds.radius * 100;
    this.light(this.#map, this.#environment);
    this.look({ type: 'first' });
  }

  #find(choice: CameraChoice): Camera | undefined {
    const cameras = this.#gltf === undefined ? [] : camerasOf(this.#gltf);
    return choice.type === 'named' ? cameras.find((camera) => nameOf(camera) === choice.name) : cameras[0];
  }

  #frameAll(): void {
    const { center, radius } = this.#bounds;
    this.#orbit.fov = DEFAULT_VFOV_DEGREES;
    const distance = radius / Math.sin(MathUtils.degToRad(DEFAULT_VFOV_DEGREES / 2));
    this.#controls.target.copy(center);
    this.#orbit.position.copy(center).addScaledVector(new Vector3(0.6, 0.45, 1).normalize(), distance);
    this.#controls.update();
  }

  #orbitFrom(camera: Camera): void {
    camera.updateWorldMatrix(true, false);
    const position = camera.getWorldPosition(new Vector3());
    const direction = camera.getWorldDirection(new Vector3());
    const ahead = Math.max(direction.dot(this.#bounds.center.clone().sub(position)), this.#bounds.radius * 0.1);
    if (camera instanceof PerspectiveCamera) {
      this.#orbit.fov = camera.fov;
    }
    this.#orbit.position.copy(position);
    this.#controls.target.copy(position).addScaledVector(direction, ahead);
    this.#controls.update();
  }

  #startOrbit(): void {
    this.#moving = true;
  }

  #orbited(): void {
    if (this.#moving) {
      this.#camera = this.#orbit;
      this.#onOrbit();
    }
    this.draw();
  }

  #hasLights(): boolean {
    let found = false;
    this.#content.traverse((object) => {
      found ||= (object as Light).isLight === true;
    });
    return found;
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

/** The cameras of the scene in the order of their nodes, which is how the farm counts them. */
function camerasOf(gltf: GLTF): Camera[] {
  const cameras: Camera[] = [];
  gltf.scene.traverse((object) => {
    if (isCamera(object)) {
      cameras.push(object);
    }
  });
  const node = (camera: Camera): number => gltf.parser.associations.get(camera)?.nodes ?? Number.MAX_SAFE_INTEGER;
  return cameras.sort((a, b) => node(a) - node(b));
}

function cameraNames(gltf: GLTF): string[] {
  return [...new Set(camerasOf(gltf).map(nameOf).filter((name) => name !== ''))];
}

/** three.js simplifies names; the file's own is kept beside. */
function nameOf(camera: Camera): string {
  return String(camera.userData.name ?? camera.name);
}

function isCamera(object: Object3D): object is Camera {
  return (object as Camera).isCamera === true;
}

function rounded(v: Vector3): Vector {
  return [Number(v.x.toPrecision(8)), Number(v.y.toPrecision(8)), Number(v.z.toPrecision(8))];
}

function disposeOf(content: Object3D): void {
  content.traverse((object) => {
    const { geometry, material } = object as Partial<{ geometry: { dispose(): void }; material: unknown }>;
    geometry?.dispose();
    for (const one of Array.isArray(material) ? material : [material]) {
      if (typeof one === 'object' && one !== null) {
        Object.values(one).forEach((value) => (value as Texture | null)?.isTexture === true && (value as Texture).dispose());
        (one as { dispose?: () => void }).dispose?.();
      }
    }
  });
}
