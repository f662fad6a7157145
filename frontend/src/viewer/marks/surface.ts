/** A viewport as marks see it, and steps of the screen as steps of its image. */

import { insideImage, type Point } from "../geometry";
import type { ViewerImage } from "../types";

/** Stage pixels are CSS pixels from the viewport's top left. */
export interface MarkSurface {
  readonly image: ViewerImage;
  /** False for a viewport beside the one in use: nothing in hand is shown there. */
  readonly inUse?: boolean;
  /** Stage pixels an image pixel takes. */
  readonly scale: number;
  /** The middle of the stage. */
  readonly middle: Point;
  toImage(at: Point): Point;
  toStage(point: Point): Point;
  /** Pan just enough that this image point is in sight. */
  bring(point: Point): void;
}

/** Whether marks belong on the image shown: the question is about the current examination alone. */
export function takesMarks({ image }: MarkSurface): boolean {
  return image.months_before === 0;
}

/** A step of stage pixels as one of image pixels, through whatever turn and mirror the viewport has. */
export function towards(surface: MarkSurface, dx: number, dy: number): Point {
  const from = surface.toImage({ x: 0, y: 0 });
  const to = surface.toImage({ x: dx, y: dy });
  return { x: to.x - from.x, y: to.y - from.y };
}

/** The point of the image under a stage point; null beside the image. */
export function onImage(surface: MarkSurface, at: Point): Point | null {
  const point = surface.toImage(at);
  const inside = insideImage(point, surface.image);
  return Math.hypot(point.x - inside.x, point.y - inside.y) > 1 ? null : inside;
}
