/** Lines of equal level over an image: by marching squares, joined end to end, from a picture's pixels. */

import type { Point, Size } from "./geometry";

/** A map's levels, 0 to 1 of its highest value, row by row. */
export interface Grid extends Size {
  readonly levels: Float32Array;
}

/** Lines of one level, as pairs of points in shares of the image's width and height. */
export interface Contour {
  readonly level: number;
  readonly segments: readonly (readonly [Point, Point])[];
}

/** Lines of equal level by marching squares; beyond the image's edge every level is 0, so that lines close. */
export function contourOf(grid: Grid, level: number): Contour {
  const segments: (readonly [Point, Point])[] = [];
  for (let row = -1; row < grid.height; row++) {
    for (let column = -1; column < grid.width; column++) {
      segments.push(...crossings(grid, column, row, level));
    }
  }
  return { level, segments };
}

function crossings(grid: Grid, x: number, y: number, level: number): (readonly [Point, Point])[] {
  const corners = [at(grid, x, y), at(grid, x + 1, y), at(grid, x + 1, y + 1), at(grid, x, y + 1)];
  const places = [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
  ] as const;
  const points: Point[] = [];
  for (let side = 0; side < 4; side++) {
    const next = (side + 1) % 4;
    const a = corners[side] ?? 0;
    const b = corners[next] ?? 0;
    if (a >= level === b >= level) continue;
    const [ax, ay] = places[side] ?? [0, 0];
    const [bx, by] = places[next] ?? [0, 0];
    const share = (level - a) / (b - a);
    // Half a cell to the middle of the pixel, and never off the image.
    points.push({
      x: within((ax + share * (bx - ax) + 0.5) / grid.width),
      y: within((ay + share * (by - ay) + 0.5) / grid.height),
    });
  }
  const [a, b, c, d] = points;
  if (!a || !b) return [];
  if (!c || !d) return [[a, b]];
  // A saddle: the corners that belong together are those that the middle sides with.
  const middle = corners.reduce((sum, value) => sum + value, 0) / 4;
  return middle >= level === (corners[0] ?? 0) >= level
    ? [
        [a, b],
        [c, d],
      ]
    : [
        [a, d],
        [b, c],
      ];
}

function at(grid: Grid, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= grid.width || y >= grid.height) return 0;
  return grid.levels[y * grid.width + x] ?? 0;
}

function within(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}

/** The pieces joined end to end, so that a dashed line keeps its rhythm; closed ones end where they begin. */
export function joined(segments: Contour["segments"]): readonly (readonly Point[])[] {
  const free = new Set(segments);
  const ends = new Map<string, (readonly [Point, Point])[]>();
  for (const segment of segments) {
    for (const end of segment) ends.set(nameOf(end), [...(ends.get(nameOf(end)) ?? []), segment]);
  }
  const lines: Point[][] = [];
  for (const first of segments) {
    if (!free.delete(first)) continue;
    const line = [...first];
    for (;;) {
      const last = line.at(-1) ?? first[1];
      const next = ends.get(nameOf(last))?.find((one) => free.has(one));
      if (!next) break;
      free.delete(next);
      line.push(nameOf(next[0]) === nameOf(last) ? next[1] : next[0]);
    }
    lines.push(line);
  }
  return lines;
}

function nameOf({ x, y }: Point): string {
  return `${x.toFixed(7)} ${y.toFixed(7)}`;
}

/** A picture's pixels on a grid whose longer side is `side`: one number of each, as `read` takes it from its RGBA. */
export function gridOf(
  picture: HTMLImageElement,
  side: number,
  read: (pixels: Uint8ClampedArray, start: number) => number,
): Grid | null {
  const scale = side / Math.max(picture.naturalWidth, picture.naturalHeight, 1);
  const width = Math.max(Math.round(picture.naturalWidth * scale), 1);
  const height = Math.max(Math.round(picture.naturalHeight * scale), 1);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const levels = Float32Array.from({ length: width * height }, (_, i) => read(data, 4 * i));
  return { width, height, levels };
}

/** A line through points as an SVG path, in the pixels that `project` leads to. */
export function pathOf(
  lines: readonly (readonly Point[])[],
  project: (share: Point) => Point,
): string {
  const path = lines.map((line) =>
    line
      .map(project)
      .map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`)
      .join("L"),
  );
  return path.length > 0 ? `M${path.join("M")}` : "";
}
