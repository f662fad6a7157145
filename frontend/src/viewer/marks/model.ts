/** The learner's marks: points, boxes and ellipses in image pixels, each for one finding. No DOM here. */

import type { Point, Size } from "../geometry";

export const SHAPES = ["point", "box", "ellipse"] as const;
export type Shape = (typeof SHAPES)[number];

export function nextShape(shape: Shape): Shape {
  return SHAPES[(SHAPES.indexOf(shape) + 1) % SHAPES.length] ?? "point";
}

export interface Mark {
  readonly image: string;
  readonly finding: string;
  readonly shape: Shape;
  /** The centre, of every shape. */
  readonly x: number;
  readonly y: number;
  /** 0 for a point. */
  readonly width: number;
  readonly height: number;
  /** How sure the learner is of this mark; null: as sure as of the answer. */
  readonly certainty: number | null;
}

/** A point, as sure as its answer. */
export function pointMark(image: string, finding: string, { x, y }: Point): Mark {
  return { image, finding, shape: "point", x, y, width: 0, height: 0, certainty: null };
}

/** The smallest side of a box or ellipse, in image pixels. */
export const SMALLEST = 2;

export interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function edgesOf({ x, y, width, height }: Mark): Edges {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** The mark with these edges, in whatever order they come: inside the image, never smaller than `SMALLEST`. */
export function withEdges(mark: Mark, edges: Edges, image: Size): Mark {
  const across = span(edges.left, edges.right, image.width);
  const down = span(edges.top, edges.bottom, image.height);
  return {
    ...mark,
    x: (across[0] + across[1]) / 2,
    y: (down[0] + down[1]) / 2,
    width: tenth(across[1] - across[0]),
    height: tenth(down[1] - down[0]),
  };
}

/** The mark with its centre at a point, or as near to it as the whole of the mark stays on the image. */
export function movedTo(mark: Mark, centre: Point, image: Size): Mark {
  return {
    ...mark,
    x: tenth(within(centre.x, mark.width / 2, image.width - mark.width / 2), 20),
    y: tenth(within(centre.y, mark.height / 2, image.height - mark.height / 2), 20),
  };
}

/** Wider and taller by so many image pixels, about its centre where the image's edge doesn't forbid. */
export function grownBy(mark: Mark, dx: number, dy: number, image: Size): Mark {
  if (mark.shape === "point") return mark;
  const width = within(tenth(mark.width + dx), SMALLEST, image.width);
  const height = within(tenth(mark.height + dy), SMALLEST, image.height);
  return movedTo({ ...mark, width, height }, mark, image);
}

/** Add a mark, or return the same list where `limit` marks are placed already. */
export function addMark(marks: readonly Mark[], mark: Mark, limit: number): readonly Mark[] {
  return marks.length >= limit ? marks : [...marks, mark];
}

export function replaceMark(marks: readonly Mark[], index: number, mark: Mark): readonly Mark[] {
  return marks.map((old, position) => (position === index ? mark : old));
}

export function removeMark(marks: readonly Mark[], index: number): readonly Mark[] {
  return marks.filter((_, position) => position !== index);
}

export function sameMark(a: Mark, b: Mark): boolean {
  return (
    a.image === b.image &&
    a.finding === b.finding &&
    a.shape === b.shape &&
    a.x === b.x &&
    a.y === b.y &&
    a.width === b.width &&
    a.height === b.height
  );
}

/** Read marks from text that may be old or foreign; anything that isn't a mark is left out. */
export function parseMarks(text: string | null | undefined): readonly Mark[] {
  if (!text) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.flatMap(markOf) : [];
  } catch {
    return [];
  }
}

/** A mark out of a draft; one from before marks had a shape is a point as sure as its answer. */
function markOf(value: unknown): readonly Mark[] {
  if (typeof value !== "object" || value === null) return [];
  const { image, finding, x, y, ...rest } = value as Record<string, unknown>;
  const { shape = "point", width = 0, height = 0, certainty = null } = rest;
  if (typeof image !== "string" || typeof finding !== "string") return [];
  if (!isNumber(x) || !isNumber(y) || !isNumber(width) || !isNumber(height)) return [];
  if (certainty !== null && !isNumber(certainty)) return [];
  const known = SHAPES.find((one) => one === shape);
  if (!known || (known !== "point" && !(width > 0 && height > 0))) return [];
  return [{ image, finding, shape: known, x, y, width, height, certainty }];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function span(a: number, b: number, length: number): readonly [number, number] {
  const low = tenth(within(Math.min(a, b), 0, length - SMALLEST));
  return [low, Math.max(tenth(within(Math.max(a, b), 0, length)), low + SMALLEST)];
}

function within(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(high, low));
}

/** Rounded to a tenth of an image pixel, centres of shapes to half of that. */
function tenth(value: number, steps = 10): number {
  return Math.round(value * steps) / steps;
}
