import { describe, expect, it } from 'vitest';
import { blocksOf } from '../src/film/blockGrid.ts';

describe('the grid of blocks', () => {
  it('has the edges of the Java definition', () => {
    // BlockGrid.block: x0 = ⌊column · width / columns⌋; by hand for a tile of 20 × 11 at (100, 50).
    const blocks = blocksOf({ x: 100, y: 50, width: 20, height: 11 });
    expect(blocks).toHaveLength(64);
    expect(blocks.slice(0, 8).map((b) => b.x - 100)).toEqual([0, 2, 5, 7, 10, 12, 15, 17]);
    expect(blocks.slice(0, 8).map((b) => b.width)).toEqual([2, 3, 2, 3, 2, 3, 2, 3]);
    expect(blocks.filter((_, i) => i % 8 === 0).map((b) => b.y - 50)).toEqual([0, 1, 2, 4, 5, 6, 8, 9]);
    expect(blocks.filter((_, i) => i % 8 === 0).map((b) => b.height)).toEqual([1, 1, 2, 1, 1, 2, 1, 2]);
    expect(blocks[9]).toEqual({ x: 102, y: 51, width: 3, height: 1 });
  });

  it('has fewer blocks where a side is shorter than 8', () => {
    expect(blocksOf({ x: 0, y: 0, width: 3, height: 1 })).toEqual([
      { x: 0, y: 0, width: 1, height: 1 },
      { x: 1, y: 0, width: 1, height: 1 },
      { x: 2, y: 0, width: 1, height: 1 },
    ]);
  });

  it('covers every pixel once, whatever the tile', () => {
    for (let width = 1; width <= 40; width += 3) {
      for (let height = 1; height <= 40; height += 7) {
        const seen = new Set<string>();
        for (const block of blocksOf({ x: 5, y: 6, width, height })) {
          for (let y = block.y; y < block.y + block.height; y++) {
            for (let x = block.x; x < block.x + block.width; x++) {
              seen.add(`${x} ${y}`);
            }
          }
        }
        const area = blocksOf({ x: 5, y: 6, width, height }).reduce((sum, b) => sum + b.width * b.height, 0);
        expect([seen.size, area]).toEqual([width * height, width * height]);
      }
    }
  });
});
