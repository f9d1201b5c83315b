import type { TileBounds } from '../api/types.ts';

/** Blocks along a side of a tile that is at least as long. */
export const SIDE = 8;

/**
 * The blocks of a tile: 8 × 8 rectangles, fewer where a side is shorter than 8 pixels, in rows from the top left.
 * The same definition as the farm's BlockGrid: a result file has one block for each, in this order.
 */
export function blocksOf(tile: TileBounds): TileBounds[] {
  const columns = Math.min(SIDE, tile.width);
  const rows = Math.min(SIDE, tile.height);
  const blocks: TileBounds[] = [];
  for (let row = 0; row < rows; row++) {
    const y0 = edge(tile.height, rows, row);
    const y1 = edge(tile.height, rows, row + 1);
    for (let column = 0; column < columns; column++) {
      const x0 = edge(tile.width, columns, column);
      const x1 = edge(tile.width, columns, column + 1);
      blocks.push({ x: tile.x + x0, y: tile.y + y0, width: x1 - x0, height: y1 - y0 });
    }
  }
  return blocks;
}

function edge(length: number, parts: number, index: number): number {
  return Math.floor((index * length) / parts);
}
