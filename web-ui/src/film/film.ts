import type { SampleRange, TileBounds } from '../api/types.ts';
import { blocksOf } from './blockGrid.ts';
import type { Block } from './resultFile.ts';
import type { ToneMapper } from './toneMapper.ts';

/** The integer that stands for a radiance (or an alpha) of 1. */
export const ONE = 2 ** 24;

const CHANNELS = 4;
/** The bytes of a pixel's colour and alpha; those of its layers, which are not shown, follow. */
const COLOR_BYTES = CHANNELS * 8;
const HIGH_WORD = 2 ** 32;

/** The most pixels that are kept; larger pictures are shown reduced by a whole number. */
export const MAX_PIXELS = 4 * 1024 * 1024;

/**
 * The film of one frame, for the screen: the sums of all samples that came in so far. The farm adds integers; here
 * they are doubles, exact up to 2^53. A picture too large for the screen is averaged over squares of pixels.
 */
export class Film {
  readonly width: number;
  readonly height: number;
  /** How many pixels of the frame lie along the side of one pixel of this film. */
  readonly reduction: number;
  readonly #sums: Float64Array;
  readonly #samples: Float64Array;

  constructor(frameWidth: number, frameHeight: number, maxPixels = MAX_PIXELS) {
    this.reduction = Math.max(1, Math.ceil(Math.sqrt((frameWidth * frameHeight) / maxPixels)));
    this.width = Math.ceil(frameWidth / this.reduction);
    this.height = Math.ceil(frameHeight / this.reduction);
    this.#sums = new Float64Array(this.width * this.height * CHANNELS);
    this.#samples = new Float64Array(this.width * this.height);
  }

  /** Adds the samples of a tile. Throws, before it changes anything, when the result is not one of this tile. */
  add(tile: TileBounds, samples: SampleRange, blocks: readonly Block[]): void {
    const grid = blocksOf(tile);
    if (grid.length !== blocks.length) {
      throw new Error(`the tile's result has ${blocks.length} blocks, not ${grid.length}`);
    }
    grid.forEach((bounds, i) => {
      const length = blocks[i]?.bytes.byteLength;
      const bytesPerPixel = (length ?? 0) / (bounds.width * bounds.height);
      if (bytesPerPixel < COLOR_BYTES || bytesPerPixel % 8 !== 0) {
        throw new Error(`block ${i} of the tile's result has ${length} bytes`);
      }
    });
    grid.forEach((bounds, i) => this.#addBlock(bounds, samples.end - samples.first, (blocks[i] as Block).bytes));
  }

  /** Forgets all samples of a tile. Exact where the tile's edges are multiples of the reduction. */
  clear(tile: TileBounds): void {
    const area = this.reduced(tile);
    for (let y = area.y; y < area.y + area.height; y++) {
      const start = y * this.width + area.x;
      this.#samples.fill(0, start, start + area.width);
      this.#sums.fill(0, start * CHANNELS, (start + area.width) * CHANNELS);
    }
  }

  /** The rectangle of this film that shows a tile of the frame. */
  reduced(tile: TileBounds): TileBounds {
    const x = Math.floor(tile.x / this.reduction);
    const y = Math.floor(tile.y / this.reduction);
    const right = Math.min(this.width, Math.ceil((tile.x + tile.width) / this.reduction));
    const bottom = Math.min(this.height, Math.ceil((tile.y + tile.height) / this.reduction));
    return { x, y, width: right - x, height: bottom - y };
  }

  /** The pixels of a rectangle of this film as straight RGBA; those without a sample are transparent. */
  develop(area: TileBounds, toneMapper: ToneMapper): Uint8ClampedArray<ArrayBuffer> {
    const rgba = new Uint8ClampedArray(area.width * area.height * CHANNELS);
    let at = 0;
    for (let y = area.y; y < area.y + area.height; y++) {
      for (let x = area.x; x < area.x + area.width; x++, at += CHANNELS) {
        const pixel = y * this.width + x;
        const samples = this.#samples[pixel] as number;
        if (samples > 0) {
          const scale = 1 / (ONE * samples);
          const sum = (c: number): number => (this.#sums[pixel * CHANNELS + c] as number) * scale;
          toneMapper.write(sum(0), sum(1), sum(2), sum(3), rgba, at);
        }
      }
    }
    return rgba;
  }

  #addBlock(block: TileBounds, samples: number, bytes: DataView): void {
    const layerBytes = bytes.byteLength / (block.width * block.height) - COLOR_BYTES;
    let from = 0;
    for (let y = block.y; y < block.y + block.height; y++) {
      const row = Math.floor(y / this.reduction) * this.width;
      for (let x = block.x; x < block.x + block.width; x++) {
        const pixel = row + Math.floor(x / this.reduction);
        for (let c = 0; c < CHANNELS; c++, from += 8) {
          const sum = bytes.getInt32(from + 4, true) * HIGH_WORD + bytes.getUint32(from, true);
          (this.#sums[pixel * CHANNELS + c] as number) += sum;
        }
        (this.#samples[pixel] as number) += samples;
        from += layerBytes;
      }
    }
  }
}
