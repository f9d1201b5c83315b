/** A cube of 2 units, turned by an animation of a second, with two cameras: a scene that needs no file. */
export function cubeGlb(): Uint8Array<ArrayBuffer> {
  const { positions, normals, indices } = cube();
  const times = Float32Array.of(0, 1);
  const rotations = Float32Array.of(0, 0, 0, 1, 0, 1, 0, 0);
  const parts = [positions, normals, indices, times, rotations];
  const views: { buffer: number; byteOffset: number; byteLength: number }[] = [];
  let length = 0;
  for (const part of parts) {
    views.push({ buffer: 0, byteOffset: length, byteLength: part.byteLength });
    length += Math.ceil(part.byteLength / 4) * 4;
  }
  const binary = new Uint8Array(length);
  parts.forEach((part, i) => binary.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), views[i]?.byteOffset));
  return container(JSON.stringify(document(views, length)), binary);
}

/** A GLB container of these two chunks. */
export function container(json: string, binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4));
  const file = new DataView(new ArrayBuffer(12 + 8 + text.length + 8 + binary.length));
  const words = [0x46546c67, 2, file.byteLength, text.length, 0x4e4f534a];
  words.forEach((word, i) => file.setUint32(i * 4, word, true));
  const bytes = new Uint8Array(file.buffer);
  bytes.set(text, 20);
  file.setUint32(20 + text.length, binary.length, true);
  file.setUint32(24 + text.length, 0x004e4942, true);
  bytes.set(binary, 28 + text.length);
  return bytes;
}

function cube(): { positions: Float32Array; normals: Float32Array; indices: Uint16Array } {
  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  for (let axis = 0; axis < 3; axis++) {
    for (const sign of [-1, 1]) {
      const first = positions.length / 3;
      for (const [u, v] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const) {
        const corner = [0, 0, 0];
        corner[axis] = sign;
        corner[(axis + 1) % 3] = u;
        corner[(axis + 2) % 3] = v;
        positions.push(...corner);
        normals.push(...[0, 1, 2].map((a) => (a === axis ? sign : 0)));
      }
      const quad = sign > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
      indices.push(...quad.map((i) => first + i));
    }
  }
  return { positions: Float32Array.from(positions), normals: Float32Array.from(normals), indices: Uint16Array.from(indices) };
}

function document(bufferViews: object[], byteLength: number): object {
  const facing = 1 / Math.SQRT2;
  return {
    asset: { version: '2.0', generator: 'a test of Tilth' },
    scene: 0,
    scenes: [{ nodes: [0, 1, 2] }],
    nodes: [
      { name: 'Cube', mesh: 0 },
      { name: 'Front camera', camera: 0, translation: [3.4, 2.6, 4.6], rotation: [-0.208, 0.304, 0.068, 0.927] },
      { name: 'Top camera', camera: 0, translation: [0, 6, 0], rotation: [-facing, 0, 0, facing] },
    ],
    cameras: [{ type: 'perspective', perspective: { yfov: 0.7, znear: 0.1 } }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1 }, indices: 2, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [0.72, 0.38, 0.16, 1], metallicFactor: 0, roughnessFactor: 0.5 } }],
    animations: [
      {
        name: 'Turn',
        channels: [{ sampler: 0, target: { node: 0, path: 'rotation' } }],
        samplers: [{ input: 3, output: 4 }],
      },
    ],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 24, type: 'VEC3', min: [-1, -1, -1], max: [1, 1, 1] },
      { bufferView: 1, componentType: 5126, count: 24, type: 'VEC3' },
      { bufferView: 2, componentType: 5123, count: 36, type: 'SCALAR' },
      { bufferView: 3, componentType: 5126, count: 2, type: 'SCALAR', min: [0], max: [1] },
      { bufferView: 4, componentType: 5126, count: 2, type: 'VEC4' },
    ],
    bufferViews,
    buffers: [{ byteLength }],
  };
}
