/** View geometry: how image pixels map to stage pixels through zoom and pan. No DOM here. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Quarter turns, clockwise, in degrees. */
export type Turn = 0 | 90 | 180 | 270;

/**
 * How an image lies on its stage: mirrored left to right about its middle, then turned clockwise about its middle,
 * then enlarged by `scale`; the box that it then fills begins at `x`, `y`, in stage (CSS) pixels.
 */
export interface View {
  /** The image's own size, in its pixels. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly turn: Turn;
  readonly mirrored: boolean;
  /** Where an image narrower than its stage lies: −1 at the left edge, 0 in the middle, 1 at the right edge. */
  readonly align: Align;
}

export type Align = -1 | 0 | 1;

/** How far past "fit" an image may be enlarged. */
export const MAX_ZOOM = 24;

/** The view that shows the whole image, centred, with `margin` CSS pixels left free around it. */
export function fitView(
  image: Size,
  stage: Size,
  margin = 0,
  turn: Turn = 0,
  mirrored = false,
  align: Align = 0,
): View {
  const free = {
    width: Math.max(stage.width - 2 * margin, 1),
    height: Math.max(stage.height - 2 * margin, 1),
  };
  const { width, height } = image;
  const view = { width, height, scale: 1, x: 0, y: 0, turn, mirrored, align };
  const box = boxOf(view);
  const scale = Math.min(free.width / box.width, free.height / box.height);
  return {
    ...view,
    scale,
    x: (stage.width - box.width * scale) * ((align + 1) / 2),
    y: (stage.height - box.height * scale) / 2,
  };
}

/** The size in image pixels of the box that the turned image fills. */
export function boxOf({ width, height, turn }: View): Size {
  return turn === 90 || turn === 270 ? { width: height, height: width } : { width, height };
}

export function toStage(view: View, point: Point): Point {
  const at = turned(view, point);
  return { x: at.x * view.scale + view.x, y: at.y * view.scale + view.y };
}

export function toImage(view: View, point: Point): Point {
  return turnedBack(view, {
    x: (point.x - view.x) / view.scale,
    y: (point.y - view.y) / view.scale,
  });
}

/** The CSS transform, about the top left corner, that lays an element of the image's size on the stage. */
export function cssTransform(view: View): string {
  const origin = toStage(view, { x: 0, y: 0 });
  const right = toStage(view, { x: 1, y: 0 });
  const down = toStage(view, { x: 0, y: 1 });
  const numbers = [right.x - origin.x, right.y - origin.y, down.x - origin.x, down.y - origin.y];
  return `matrix(${[...numbers, origin.x, origin.y].join(", ")})`;
}

/** Turn the view by quarter turns (1 clockwise, −1 back), the stage's `anchor` staying on its image point. */
export function turnBy(view: View, quarters: number, anchor: Point): View {
  const turn = ((((view.turn + quarters * 90) % 360) + 360) % 360) as Turn;
  return held({ ...view, turn }, toImage(view, anchor), anchor);
}

/** Mirror what is seen left to right, whichever way the image is turned. */
export function mirror(view: View, anchor: Point): View {
  const turn = ((360 - view.turn) % 360) as Turn;
  return held({ ...view, turn, mirrored: !view.mirrored }, toImage(view, anchor), anchor);
}

/**
 * `view` moved so that its stage's `middle` shows the part of the image that `other` has at its own middle.
 *
 * Sizes may differ: a part is a share of width and height. Images that face away from each other, as two breasts do,
 * show the same part where left and right are changed over.
 */
export function centredAs(
  view: View,
  middle: Point,
  other: View,
  otherMiddle: Point,
  away: boolean,
): View {
  const at = toImage(other, otherMiddle);
  const across = at.x / other.width;
  const x = (away ? 1 - across : across) * view.width;
  return held(view, { x, y: (at.y / other.height) * view.height }, middle);
}

/** The view moved so that an image point lies at a stage point. */
function held(view: View, point: Point, at: Point): View {
  const shown = toStage(view, point);
  return panBy(view, at.x - shown.x, at.y - shown.y);
}

function turned({ width, height, turn, mirrored }: View, point: Point): Point {
  const x = mirrored ? width - point.x : point.x;
  const { y } = point;
  if (turn === 90) return { x: height - y, y: x };
  if (turn === 180) return { x: width - x, y: height - y };
  if (turn === 270) return { x: y, y: width - x };
  return { x, y };
}

function turnedBack({ width, height, turn, mirrored }: View, point: Point): Point {
  let { x, y } = point;
  if (turn === 90) [x, y] = [point.y, height - point.x];
  else if (turn === 180) [x, y] = [width - point.x, height - point.y];
  else if (turn === 270) [x, y] = [width - point.y, point.x];
  return { x: mirrored ? width - x : x, y };
}

/** Zoom by `factor` so that the image point under `anchor` (stage pixels) stays where it is. */
export function zoomAt(view: View, factor: number, anchor: Point, min: number, max: number): View {
  const scale = Math.min(Math.max(view.scale * factor, min), max);
  return held({ ...view, scale }, toImage(view, anchor), anchor);
}

export function panBy(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy };
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
 * Keep the image in sight: along an axis where it fits it lies where it is aligned,
 * elsewhere its edges never come further in than the stage's.
 */
export function clampView(view: View, stage: Size): View {
  const box = boxOf(view);
  return {
    ...view,
    x: clampAxis(view.x, box.width * view.scale, stage.width, view.align),
    y: clampAxis(view.y, box.height * view.scale, stage.height),
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

function clampAxis(offset: number, length: number, stage: number, align: Align = 0): number {
  if (length <= stage) return (stage - length) * ((align + 1) / 2);
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
