/** The learner's marks: points in image pixels, each for one finding. No DOM here. */

import type { Point } from "./geometry";

export interface Mark {
  readonly image: string;
  readonly finding: string;
  readonly x: number;
  readonly y: number;
}

/** Add a mark, or return the same list where `limit` marks are placed already. */
export function addMark(marks: readonly Mark[], mark: Mark, limit: number): readonly Mark[] {
  return marks.length >= limit ? marks : [...marks, mark];
}

export function removeMark(marks: readonly Mark[], index: number): readonly Mark[] {
  return marks.filter((_, position) => position !== index);
}

/** The index of the mark of `image` nearest to `point` within `radius` image pixels; -1 if none. */
export function nearestMark(
  marks: readonly Mark[],
  image: string,
  point: Point,
  radius: number,
): number {
  let best = -1;
  let bestDistance = radius;
  marks.forEach((mark, index) => {
    if (mark.image !== image) return;
    const away = Math.hypot(mark.x - point.x, mark.y - point.y);
    if (away <= bestDistance) {
      best = index;
      bestDistance = away;
    }
  });
  return best;
}

/** Read marks from text that may be old or foreign; anything that isn't a mark is left out. */
export function parseMarks(text: string | null | undefined): readonly Mark[] {
  if (!text) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isMark) : [];
  } catch {
    return [];
  }
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== "object" || value === null) return false;
  const mark = value as Record<string, unknown>;
  return (
    typeof mark.image === "string" &&
    typeof mark.finding === "string" &&
    Number.isFinite(mark.x) &&
    Number.isFinite(mark.y)
  );
}
