/** What draws an image's pixels under the overlay: a plain <img>, a canvas, or Cornerstone on the graphics card or CPU. */

import { NEUTRAL, type Adjustment } from "../adjust";
import type { Point } from "../geometry";
import type { ViewerImage } from "../types";

export type Status = "loading" | "ready" | "error";

/** How the greys are to look: one of the image's windows, changed by brightness and contrast, perhaps inverted. */
export interface Look {
  /** Index into the image's windows. */
  readonly preset: number;
  readonly adjustment: Adjustment;
  readonly inverted: boolean;
}

/** The image's own window, unchanged. */
export const AS_STORED: Look = { preset: 0, adjustment: NEUTRAL, inverted: false };

export interface Picture {
  readonly kind: "plain" | "canvas" | "cpu" | "gpu";
  /** As many CSS pixels wide and high as the image has pixels; it belongs into the moving plane. */
  readonly element: HTMLElement;
  /** Show an image; its status is told at once, and again when it changes. */
  show(image: ViewerImage): void;
  adjust(look: Look): void;
  /** The image's real value (Hounsfield units in CT) at an image point; null where it isn't known. */
  valueAt(point: Point): number | null;
  /** Fetch an image early, so that it is there when it is asked for. */
  preload(image: ViewerImage): void;
  /** Ask again for the image that couldn't be fetched. */
  retry(): void;
}

export interface PictureEvents {
  readonly onStatus: (status: Status) => void;
  /** The share of the shown image that has come, 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** This kind of picture can't be drawn here after all. */
  readonly onFailure?: () => void;
}

export type PictureMaker = (events: PictureEvents) => Picture;

/** A picture that is there at once, and one that takes longer to start and then takes its place. */
export interface Relay {
  readonly first: PictureMaker;
  /** Asked for once the first has its image. */
  readonly then: () => Promise<PictureMaker>;
}
