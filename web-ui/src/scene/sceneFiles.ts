/** A file of a scene with the path that the scene knows it by. */
export interface SceneFile {
  readonly path: string;
  readonly blob: Blob;
}

/** A scene as it was dropped: its main file and the files that this one names. */
export interface SceneSource {
  readonly name: string;
  readonly main: string;
  readonly files: readonly SceneFile[];
}

const GLB_MAGIC = 0x46546c67;
const GLB_JSON_CHUNK = 0x4e4f534a;
const GLB_HEADER_BYTES = 20;
const MAX_JSON_BYTES = 256 * 1024 * 1024;

interface Gltf {
  readonly asset?: { readonly version?: unknown };
  readonly buffers?: readonly { readonly uri?: unknown }[];
  readonly images?: readonly { readonly uri?: unknown }[];
}

/**
 * Picks the scene out of the files that someone dropped or chose. What the main file names and is not there, or is
 * no glTF at all, is said here, before anything is uploaded. The farm's own inspection stays the judge of the rest.
 */
export async function sceneFrom(dropped: readonly SceneFile[]): Promise<SceneSource> {
  const main = mainOf(dropped);
  const folder = main.path.slice(0, main.path.lastIndexOf('/') + 1);
  const gltf = parse(main.path, /\.glb$/i.test(main.path) ? await jsonOfGlb(main) : await main.blob.text());
  const present = new Map(dropped.filter((f) => f.path.startsWith(folder)).map((f) => [f.path.slice(folder.length), f.blob]));
  const files = new Map([[main.path.slice(folder.length), main.blob]]);
  const missing: string[] = [];
  for (const { place, path } of references(gltf)) {
    const blob = present.get(path);
    if (blob === undefined) {
      missing.push(`${place} names “${path}”`);
    } else {
      files.set(path, blob);
    }
  }
  if (missing.length > 0) {
    const more = missing.length > 3 ? `, and ${missing.length - 3} more` : '';
    throw new Error(`${main.path}: ${missing.slice(0, 3).join('; ')}${more}, which was not given; drop the whole folder of the scene`);
  }
  const name = main.path.slice(folder.length);
  return { name, main: name, files: [...files].map(([path, blob]) => ({ path, blob })) };
}

function mainOf(dropped: readonly SceneFile[]): SceneFile {
  const mains = dropped.filter((f) => /\.(glb|gltf)$/i.test(f.path));
  const [main] = mains;
  if (main === undefined) {
    const seen = dropped.slice(0, 3).map((f) => `“${f.path}”`).join(', ');
    throw new Error(`there is no .glb or .gltf file among ${seen === '' ? 'no files' : seen}; drop a glTF 2.0 scene`);
  }
  if (mains.length > 1) {
    throw new Error(`there are ${mains.length} scenes, ${mains.slice(0, 3).map((f) => `“${f.path}”`).join(', ')}; drop one at a time`);
  }
  return main;
}

/** The JSON chunk of a GLB container. */
async function jsonOfGlb({ path, blob }: SceneFile): Promise<string> {
  const header = new DataView(await blob.slice(0, GLB_HEADER_BYTES).arrayBuffer());
  if (header.byteLength < GLB_HEADER_BYTES || header.getUint32(0, true) !== GLB_MAGIC) {
    throw new Error(`${path} is not a GLB file: it does not start with “glTF”; export the scene again as glTF binary`);
  }
  const version = header.getUint32(4, true);
  if (version !== 2) {
    throw new Error(`${path} is GLB version ${version}; export the scene as glTF 2.0`);
  }
  const length = header.getUint32(8, true);
  if (length > blob.size) {
    throw new Error(`${path} is cut short: it says ${length} bytes and has ${blob.size}; copy or export it again`);
  }
  const json = header.getUint32(12, true);
  if (header.getUint32(16, true) !== GLB_JSON_CHUNK || json > blob.size - GLB_HEADER_BYTES || json > MAX_JSON_BYTES) {
    throw new Error(`${path}: its first chunk is not JSON; export the scene again`);
  }
  return blob.slice(GLB_HEADER_BYTES, GLB_HEADER_BYTES + json).text();
}

function parse(path: string, json: string): Gltf {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`${path}: its JSON is broken: ${error instanceof Error ? error.message : String(error)}`);
  }
  const gltf = (typeof value === 'object' && value !== null ? value : {}) as Gltf;
  if (typeof gltf.asset !== 'object' || gltf.asset === null) {
    throw new Error(`${path} is not glTF: it has no “asset”; export the scene as glTF 2.0`);
  }
  return gltf;
}

function references(gltf: Gltf): { place: string; path: string }[] {
  const found: { place: string; path: string }[] = [];
  for (const list of ['buffers', 'images'] as const) {
    const entries: unknown = gltf[list];
    (Array.isArray(entries) ? entries : []).forEach((entry: unknown, i) => {
      const uri = typeof entry === 'object' && entry !== null ? (entry as { uri?: unknown }).uri : undefined;
      if (typeof uri === 'string' && !/^data:/i.test(uri)) {
        found.push({ place: `${list}[${i}].uri`, path: decoded(uri) });
      }
    });
  }
  return found;
}

/** A reference of glTF is a URI: "wood%20dark.png" is the file "wood dark.png". */
export function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri).replace(/^(\.\/)+/, '');
  } catch {
    return uri;
  }
}
