import { describe, expect, it } from 'vitest';
import { container, cubeGlb } from '../e2e/glb.ts';
import { decoded, type SceneFile, sceneFrom } from '../src/scene/sceneFiles.ts';

const file = (path: string, content: string | Uint8Array<ArrayBuffer> = ''): SceneFile => ({ path, blob: new Blob([content]) });
const gltf = (uris: { buffers?: string[]; images?: string[] }): string =>
  JSON.stringify({
    asset: { version: '2.0' },
    buffers: uris.buffers?.map((uri) => ({ uri, byteLength: 1 })),
    images: uris.images?.map((uri) => ({ uri })),
  });

describe('a dropped scene', () => {
  it('is a GLB on its own', async () => {
    const scene = await sceneFrom([file('cube.glb', cubeGlb())]);
    expect(scene).toMatchObject({ name: 'cube.glb', main: 'cube.glb', files: [{ path: 'cube.glb' }] });
  });

  it('is a glTF with the files that it names, and without those that it does not', async () => {
    const text = gltf({ buffers: ['room.bin', 'data:application/octet-stream;base64,AA=='], images: ['maps/wood%20dark.png', './a.png'] });
    const scene = await sceneFrom([
      file('house/room.gltf', text),
      file('house/room.bin'),
      file('house/maps/wood dark.png'),
      file('house/a.png'),
      file('house/notes.md'),
      file('elsewhere/room.bin'),
    ]);
    expect(scene.main).toBe('room.gltf');
    expect(scene.files.map((f) => f.path)).toEqual(['room.gltf', 'room.bin', 'maps/wood dark.png', 'a.png']);
  });

  it('is refused with the place of a missing file', async () => {
    await expect(sceneFrom([file('room.gltf', gltf({ images: ['a.png', 'b.png'] })), file('a.png')])).rejects.toThrow(
      'room.gltf: images[1].uri names “b.png”, which was not given; drop the whole folder',
    );
  });

  it('names a few of many missing files', async () => {
    const images = ['1', '2', '3', '4', '5'].map((n) => `${n}.png`);
    await expect(sceneFrom([file('room.gltf', gltf({ images }))])).rejects.toThrow('images[2].uri names “3.png”, and 2 more, which');
  });

  it.each([
    ['with no scene in it', [file('notes.txt')], 'no .glb or .gltf file among “notes.txt”'],
    ['with two scenes', [file('a.glb'), file('b.gltf')], 'there are 2 scenes, “a.glb”, “b.gltf”'],
    ['that is empty', [file('a.glb')], 'a.glb is not a GLB file'],
    ['of version 1', [file('a.glb', withWord(4, 1))], 'is GLB version 1; export the scene as glTF 2.0'],
    ['that was cut short', [file('a.glb', cubeGlb().slice(0, 500))], 'a.glb is cut short: it says'],
    ['whose first chunk is not JSON', [file('a.glb', withWord(16, 7))], 'its first chunk is not JSON'],
    ['with broken JSON', [file('a.glb', container('{"asset": ', new Uint8Array(0)))], 'a.glb: its JSON is broken'],
    ['that is some other JSON', [file('a.gltf', '[1]')], 'a.gltf is not glTF: it has no “asset”'],
    ['with JSON of nonsense', [file('a.gltf', '{"asset": {}, "buffers": 7, "images": [null]}'), file('b.glb')], 'there are 2 scenes'],
  ])('%s is refused', async (_, files, why) => {
    await expect(sceneFrom(files)).rejects.toThrow(why);
  });

  it('leaves nonsense that is no reference to the farm', async () => {
    expect((await sceneFrom([file('a.gltf', '{"asset": {}, "buffers": 7, "images": [null, {"uri": 3}]}')])).files).toHaveLength(1);
  });
});

describe('a reference', () => {
  it('is decoded as a URI, or kept as it is when it is none', () => {
    expect([decoded('a%20b.png'), decoded('././a.png'), decoded('100%.png')]).toEqual(['a b.png', 'a.png', '100%.png']);
  });
});

/** The cube with one word of its header replaced. */
function withWord(at: number, word: number): Uint8Array<ArrayBuffer> {
  const glb = cubeGlb();
  new DataView(glb.buffer).setUint32(at, word, true);
  return glb;
}
