/** What of the marks lies under a pointer. Distances are in image pixels. No DOM here. */

import type { Point } from "../geometry";
import { edgesOf, type Edges, type Mark } from "./model";

/** A corner or side of a box or ellipse, named by which edges it moves. */
export interface Handle {
  readonly at: Point;
  readonly moves: readonly (keyof Edges)[];
}

/** Four corners, then four sides; a point has none. */
export function handlesOf(mark: Mark): readonly Handle[] {
  if (mark.shape === "point") return [];
  const { left, top, right, bottom } = edgesOf(mark);
  const { x, y } = mark;
  return [
    { at: { x: left, y: top }, moves: ["left", "top"] },
    { at: { x: right, y: top }, moves: ["right", "top"] },
    { at: { x: right, y: bottom }, moves: ["right", "bottom"] },
    { at: { x: left, y: bottom }, moves: ["left", "bottom"] },
    { at: { x, y: top }, moves: ["top"] },
    { at: { x: right, y }, moves: ["right"] },
    { at: { x, y: bottom }, moves: ["bottom"] },
    { at: { x: left, y }, moves: ["left"] },
  ];
}

/** The handle nearest to `point` within `reach`, corners before sides; null if none. */
export function handleAt(mark: Mark, point: Point, reach: number): Handle | null {
  let best: Handle | null = null;
  let bestAway = reach;
  for (const handle of handlesOf(mark)) {
    const away = Math.hypot(handle.at.x - point.x, handle.at.y - point.y);
    // Strictly nearer, so that a corner wins over a side at the same distance.
    if (away < bestAway || (best === null && away <= bestAway)) {
      best = handle;
      bestAway = away;
    }
  }
  return best;
}

/**
 * The index of the mark of `image` nearest to `point` within `reach`; -1 if none.
 * What counts is a mark's centre or its line: inside a large box there is room for another mark.
 */
export function markAt(marks: readonly Mark[], image: string, point: Point, reach: number): number {
  let best = -1;
  let bestAway = reach;
  marks.forEach((mark, index) => {
    if (mark.image !== image) return;
    const away = Math.min(
      Math.hypot(mark.x - point.x, mark.y - point.y),
      distanceToLine(mark, point),
    );
    if (away <= bestAway) {
      best = index;
      bestAway = away;
    }
  });
  return best;
}

function distanceToLine(mark: Mark, point: Point): number {
  if (mark.shape === "point") return Infinity;
  const dx = Math.abs(point.x - mark.x);
  const dy = Math.abs(point.y - mark.y);
  const a = mark.width / 2;
  const b = mark.height / 2;
  if (mark.shape === "box") {
    const outside = Math.hypot(Math.max(dx - a, 0), Math.max(dy - b, 0));
    return outside > 0 ? outside : Math.min(a - dx, b - dy);
  }
  // Along the ray from the centre: near enough for a pointer, exact on the axes.
  const share = Math.hypot(dx / a, dy / b);
  return share > 0 ? (Math.abs(share - 1) / share) * Math.hypot(dx, dy) : Math.min(a, b);
}
