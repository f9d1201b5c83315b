import { deflateSync, crc32 } from 'node:zlib';
import type { SampleRange, TileBounds } from '../src/api/types.ts';
import { blocksOf } from '../src/film/blockGrid.ts';

const ONE = 1n << 24n;

/** The mean linear RGBA that the synthetic picture has at a pixel: a lit ball before a dusk, 0 to 1 and a bit more. */
export function radiance(x: number, y: number, width: number, height: number, frame = 0): readonly [number, number, number, number] {
  const u = ((x + 0.5) / width - 0.5) * (width / height);
  const v = 0.5 - (y + 0.5) / height;
  const turn = frame * 0.4;
  const [cx, cy] = [0.12 * Math.sin(turn), 0.02];
  const d2 = ((u - cx) ** 2 + (v - cy) ** 2) / 0.3 ** 2;
  if (d2 < 1) {
    const z = Math.sqrt(1 - d2);
    const lit = Math.max(0, 0.5 * ((u - cx) / 0.3) + 0.6 * ((v - cy) / 0.3) + 0.6 * z);
    return [0.03 + 0.7 * lit + 2 * lit ** 40, 0.05 + 0.32 * lit + 2 * lit ** 40, 0.08 + 0.1 * lit + 2 * lit ** 40, 1];
  }
  const sky = Math.max(0, v + 0.5);
  return [0.5 - 0.3 * sky, 0.32 - 0.05 * sky, 0.22 + 0.3 * sky, 1];
}

/** The result file that a worker would report for these samples of a tile. */
export function resultFile(tile: TileBounds, samples: SampleRange, width: number, height: number, frame = 0): Uint8Array<ArrayBuffer> {
  const grid = blocksOf(tile);
  const films = grid.map((block) => film(block, samples, width, height, frame));
  const body = films.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  const file = new DataView(new ArrayBuffer(8 + 12 * grid.length + body));
  file.setUint32(0, 0x31524c54, true);
  file.setInt32(4, grid.length, true);
  let at = 8 + 12 * grid.length;
  films.forEach((bytes, i) => {
    file.setBigInt64(8 + 12 * i, BigInt(bytes.byteLength), true);
    file.setInt32(16 + 12 * i, bytes.byteLength, true);
    new Uint8Array(file.buffer).set(bytes, at);
    at += bytes.byteLength;
  });
  return new Uint8Array(file.buffer);
}

function film(block: TileBounds, samples: SampleRange, width: number, height: number, frame: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(block.width * block.height * 32));
  let at = 0;
  for (let y = block.y; y < block.y + block.height; y++) {
    for (let x = block.x; x < block.x + block.width; x++) {
      for (const channel of radiance(x, y, width, height, frame)) {
        const perSample = BigInt(Math.round(channel * Number(ONE)));
        out.setBigInt64(at, perSample * BigInt(samples.end - samples.first), true);
        at += 8;
      }
    }
  }
  return new Uint8Array(out.buffer);
}

/** An 8-bit RGBA PNG. */
export function png(width: number, height: number, rgba: Uint8ClampedArray): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    rows.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), y * (1 + width * 4) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
