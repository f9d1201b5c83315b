import type { PlacedCamera, Vector } from '../api/types.ts';

/** From the right, a little above: shows three sides of a box. */
const VIEW_FROM = unit([0.5, 0.35, 0.8]);
const VFOV_DEGREES = 30;
const MARGIN = 1.08;
const UP: Vector = [0, 1, 0];

/**
 * The pinhole that sees a whole box with a margin, in a picture of this width / height: where the farm puts the camera
 * of a scene that brings none.
 */
export function framing(min: Vector, max: Vector, aspect: number): PlacedCamera {
  const tanY = Math.tan((VFOV_DEGREES * Math.PI) / 360);
  const tanX = tanY * aspect;
  const right = unit(cross(UP, VIEW_FROM));
  const up = cross(VIEW_FROM, right);
  const center = min.map((low, i) => (low + (max[i] as number)) / 2) as unknown as Vector;
  let distance = 1e-3;
  for (let corner = 0; corner < 8; corner++) {
    const from = center.map((middle, i) => (((corner >> i) & 1) === 0 ? (min[i] as number) : (max[i] as number)) - middle) as unknown as Vector;
    const away = dot(from, VIEW_FROM);
    distance = Math.max(distance, away + (MARGIN * Math.abs(dot(from, right))) / tanX, away + (MARGIN * Math.abs(dot(from, up))) / tanY);
  }
  const position = center.map((middle, i) => middle + distance * (VIEW_FROM[i] as number)) as unknown as Vector;
  return { type: 'placed', position, target: center, up: UP, vfovDegrees: VFOV_DEGREES };
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function unit(v: Vector): Vector {
  const length = Math.sqrt(dot(v, v));
  return [v[0] / length, v[1] / length, v[2] / length];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
