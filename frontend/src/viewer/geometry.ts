/** View geometry: how image pixels map to stage pixels through zoom and pan. No DOM here. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A view: stage = image × scale + offset; the offset is in stage (CSS) pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** How far past "fit" an image may be enlarged. */
export const MAX_ZOOM = 24;

/** The view that shows the whole image, centred, with `margin` CSS pixels left free around it. */
export function fitView(image: Size, stage: Size, margin = 0): View {
  const free = {
    width: Math.max(stage.width - 2 * margin, 1),
    height: Math.max(stage.height - 2 * margin, 1),
  };
  const scale = Math.min(free.width / image.width, free.height / image.height);
  return {
    scale,
    x: (stage.width - image.width * scale) / 2,
    y: (stage.height - image.height * scale) / 2,
  };
}

export function toStage(view: View, point: Point): Point {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

export function toImage(view: View, point: Point): Point {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

/** Zoom by `factor` so that the image point under `anchor` (stage pixels) stays where it is. */
export function zoomAt(view: View, factor: number, anchor: Point, min: number, max: number): View {
  const scale = Math.min(Math.max(view.scale * factor, min), max);
  const held = toImage(view, anchor);
  return { scale, x: anchor.x - held.x * scale, y: anchor.y - held.y * scale };
}

export function panBy(view: View, dx: number, dy: number): View {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/** The view that two moving fingers ask for: the points under them stay under them. */
export function pinch(
  view: View,
  from: readonly [Point, Point],
  to: readonly [Point, Point],
  min: number,
  max: number,
): View {
  const before = middle(from);
  const after = middle(to);
  const spread = distance(from);
  const factor = spread > 0 ? distance(to) / spread : 1;
  return zoomAt(panBy(view, after.x - before.x, after.y - before.y), factor, after, min, max);
}

/**
 * Keep the image in sight: along an axis where it fits it is centred,
 * elsewhere its edges never come further in than the stage's.
 */
export function clampView(view: View, image: Size, stage: Size): View {
  return {
    scale: view.scale,
    x: clampAxis(view.x, image.width * view.scale, stage.width),
    y: clampAxis(view.y, image.height * view.scale, stage.height),
  };
}

/** The nearest point inside the image, rounded to a tenth of an image pixel. */
export function insideImage(point: Point, image: Size): Point {
  return { x: clampPixel(point.x, image.width), y: clampPixel(point.y, image.height) };
}

/** Pan just enough that an image point lies at least `margin` stage pixels from the stage's edges. */
export function keepVisible(view: View, point: Point, stage: Size, margin: number): View {
  const shown = toStage(view, point);
  const dx = Math.max(margin - shown.x, 0) || Math.min(stage.width - margin - shown.x, 0);
  const dy = Math.max(margin - shown.y, 0) || Math.min(stage.height - margin - shown.y, 0);
  return panBy(view, dx, dy);
}

function clampAxis(offset: number, length: number, stage: number): number {
  if (length <= stage) return (stage - length) / 2;
  return Math.min(Math.max(offset, stage - length), 0);
}

function clampPixel(value: number, length: number): number {
  const limited = Math.min(Math.max(value, 0), length);
  return Math.round(limited * 10) / 10;
}

function middle(pair: readonly [Point, Point]): Point {
  return { x: (pair[0].x + pair[1].x) / 2, y: (pair[0].y + pair[1].y) / 2 };
}

function distance(pair: readonly [Point, Point]): number {
  return Math.hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y);
}
