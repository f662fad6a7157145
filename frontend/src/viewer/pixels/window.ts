/** Windows: the range of values that goes from black to white. Pure numbers, no DOM. */

import type { Adjustment } from "../adjust";
import type { ViewerImage } from "../types";
import type { Look } from "./picture";
import type { Values } from "./values";

/** Black up to `lower`, white from `upper` on. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** DICOM's function LINEAR (PS3.3 C.11.2.1.2) as the range between black and white. */
export function rangeOf(center: number, width: number): Range {
  const half = (Math.max(width, 1) - 1) / 2;
  return { lower: center - 0.5 - half, upper: center - 0.5 + half };
}

/** The centre and width that LINEAR has for a range. */
export function windowOf({ lower, upper }: Range): { center: number; width: number } {
  return { center: (lower + upper + 1) / 2, width: upper - lower + 1 };
}

/**
 * The range that looks as the CSS filter `brightness(b) contrast(c)` makes a picture of `range` look:
 * the filter shows (v·b − ½)·c + ½, and this is where that meets 0 and 1.
 */
export function adjustedRange(range: Range, { brightness, contrast }: Adjustment): Range {
  const span = range.upper - range.lower;
  const at = (shown: number): number =>
    range.lower + (span * ((shown - 0.5) / contrast + 0.5)) / brightness;
  return { lower: at(0), upper: at(1) };
}

/** The range that an image is shown in; `found` is that of its own values, for an image without windows. */
export function shownRange(image: ViewerImage, look: Look, found: Range): Range {
  const chosen = image.windows[look.preset] ?? image.windows[0];
  const range = chosen ? rangeOf(chosen.center, chosen.width) : found;
  return adjustedRange(range, look.adjustment);
}

/** From the lowest to the highest value that an image has. */
export function rangeIn({ lowest, highest }: Values): Range {
  return { lower: lowest, upper: Math.max(highest, lowest + 1) };
}
