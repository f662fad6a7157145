/** What a viewport is given: its elements, its images, what it shares with the others, and whom it tells. */

import type { Align } from "./geometry";
import type { MarkEditor } from "./marks";
import type { Ruler } from "./measure";
import type { PictureMaker, Relay, Status } from "./pixels/picture";
import type { Layers, ViewerImage } from "./types";

/** How far from the stage's edges (stage pixels) a point is kept that the keyboard works at. */
export const BROUGHT_MARGIN = 32;
/** Stage pixels of a drag that lead on by one slice, where the whole image is in sight. */
export const SLICE_DRAG = 22;

/** What a viewport tells the others of its room. */
export interface Neighbours {
  /** Whether this viewport is the one that tools and keys mean. */
  isActive: () => boolean;
  /** This viewport was used: it is the one that tools and keys mean. */
  onActive: () => void;
  onView: () => void;
  onLook: () => void;
  onSlice: () => void;
  onDoubleTap: () => void;
}

export interface ViewerOptions {
  readonly stage: HTMLElement;
  readonly plane: HTMLElement;
  readonly overlay: SVGSVGElement;
  readonly images: readonly ViewerImage[];
  readonly layers: Layers;
  /** The image to begin with, by its id; the first one where it isn't given. */
  readonly start?: string;
  readonly align?: Align;
  /** The marks of the page, over all its images and viewports. */
  readonly editor: MarkEditor;
  readonly ruler: Ruler;
  readonly pictures: PictureMaker | Relay;
  /** The server's names for the images' windows, for plain pictures. */
  readonly renditions?: readonly string[];
  readonly neighbours?: Neighbours;
  /** The real value under the pointer, null where there is none. */
  readonly onValue?: (value: number | null) => void;
  readonly onProgress?: (share: number) => void;
  readonly onStatus: (status: Status) => void;
  /** Something that a toolbar or caption shows has changed. */
  readonly onChange: () => void;
}
