import type { Camera, Light, Mesh, Object3D, Texture } from 'three';
import { MeshStandardMaterial } from 'three';
import type { GLTF } from 'three/examples/jsm/loaders/GLTFLoader.js';

/** The cameras of the scene in the order of their nodes, which is how the farm counts them. */
export function camerasOf(gltf: GLTF): Camera[] {
  const cameras: Camera[] = [];
  gltf.scene.traverse((object) => {
    if (isCamera(object)) {
      cameras.push(object);
    }
  });
  const node = (camera: Camera): number => gltf.parser.associations.get(camera)?.nodes ?? Number.MAX_SAFE_INTEGER;
  return cameras.sort((a, b) => node(a) - node(b));
}

export function cameraNames(gltf: GLTF): string[] {
  return [...new Set(camerasOf(gltf).map(nameOf).filter((name) => name !== ''))];
}

/** three.js simplifies names; the file's own is kept beside. */
export function nameOf(camera: Camera): string {
  return String(camera.userData.name ?? camera.name);
}

function isCamera(object: Object3D): object is Camera {
  return (object as Camera).isCamera === true;
}

/** Whether the scene lights itself, by lamps or by a material that shines: the farm adds no sky then. */
export function lightsItself(content: Object3D): boolean {
  let found = false;
  content.traverse((object) => {
    const { material } = object as Partial<Mesh>;
    const shines = (Array.isArray(material) ? material : [material]).some(
      (one) => one instanceof MeshStandardMaterial && one.emissiveIntensity > 0 && one.emissive.r + one.emissive.g + one.emissive.b > 0,
    );
    found ||= shines || (object as Light).isLight === true;
  });
  return found;
}

/** Gives back the memory of a scene on the graphics card. */
export function disposeOf(content: Object3D): void {
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
