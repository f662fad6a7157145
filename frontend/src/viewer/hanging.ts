/** Hanging: which images stand where, as a radiologist hangs them. Pure, by modality, view and laterality. */

import type { Align } from "./geometry";
import type { ViewerImage } from "./types";

export type Layout = "one" | "two" | "four";

/** One place on the wall: the images that are scrolled through there, and the one to begin with. */
export interface Cell {
  readonly images: readonly ViewerImage[];
  readonly start: ViewerImage;
  /** Where images narrower than their place lie: breasts with the chest wall towards the middle. */
  readonly align: Align;
}

export interface Hanging {
  readonly layout: Layout;
  /** Row by row, left to right. */
  readonly cells: readonly Cell[];
  /** Whether the cells are scrolled together: two sequences of the same slices. */
  readonly linked: boolean;
}

/** The images of each series, in slice order. */
export function seriesOf(images: readonly ViewerImage[]): readonly (readonly ViewerImage[])[] {
  const found = new Map<number, ViewerImage[]>();
  for (const image of images) {
    const series = found.get(image.series) ?? [];
    found.set(image.series, [...series, image]);
  }
  return [...found.values()];
}

/**
 * How images are hung. `wanted` is the case set's own wish, "" for none.
 *
 * Mammograms: the right breast on the viewer's left, so that both chest walls meet in the middle; CC above MLO.
 * Two series, such as two sequences, stand side by side; where they have the same number of slices they are linked.
 * The current examination comes first, its priors beside it or below it, the latest of them first. Where there is no
 * room for them they are the next images at the place of the view that they compare with.
 */
export function hang(images: readonly ViewerImage[], wanted: Layout | "" = ""): Hanging {
  const series = ordered(images);
  const layout = wanted || usual(images, series.length);
  if (layout === "one" || series.length < 2) {
    const inOrder = [...images].sort((a, b) => a.months_before - b.months_before);
    const first = inOrder[0];
    return {
      layout: "one",
      cells: first ? [{ images: inOrder, start: first, align: 0 }] : [],
      linked: false,
    };
  }
  const places = layout === "two" ? 2 : 4;
  const room = series.length <= places && comparable(series);
  const shown = room ? series : stacked(series).slice(0, places);
  const cells = shown.flatMap((one) =>
    one[0] ? [{ images: one, start: one[0], align: alignOf(images, one[0]) }] : [],
  );
  const slices = new Set(shown.map((one) => one.length));
  return {
    layout: cells.length > 2 ? "four" : "two",
    cells,
    linked: slices.size === 1 && !isBreast(images),
  };
}

type Series = readonly ViewerImage[];

/** The series from the current examination to the earliest prior, each prior in the order of what it compares with. */
function ordered(images: readonly ViewerImage[]): readonly Series[] {
  const series = seriesOf(images);
  const within = isBreast(images) ? byBreast(series) : series;
  const current = currentOf(within);
  const rank = (one: Series): number => {
    const place = counterpart(current, one);
    return place < 0 ? current.length : place;
  };
  return [...within].sort((a, b) => {
    const months = monthsOf(a) - monthsOf(b);
    return months || (monthsOf(a) ? rank(a) - rank(b) : 0);
  });
}

function currentOf(series: readonly Series[]): readonly Series[] {
  return series.filter((one) => monthsOf(one) === 0);
}

/** The place among `current` of the view that a prior compares with; -1 where there is none. */
function counterpart(current: readonly Series[], prior: Series): number {
  const [image] = prior;
  return current.findIndex(
    ([one]) => one?.view === image?.view && one?.laterality === image?.laterality,
  );
}

/**
 * Whether priors hung in a row of their own stand where they are looked for: beside a single film, or each below its
 * own view. A left breast below a right one would be compared with the wrong one.
 */
function comparable(series: readonly Series[]): boolean {
  const current = currentOf(series);
  const priors = series.slice(current.length);
  if (current.length === 1 || priors.length === 0) return true;
  return (
    current.length === 2 && priors.every((prior, place) => counterpart(current, prior) === place)
  );
}

function monthsOf(series: Series): number {
  return series[0]?.months_before ?? 0;
}

/** The series of the current examination, each with the priors of its view behind it. */
function stacked(series: readonly Series[]): readonly Series[] {
  const current = currentOf(series);
  const places = current.map((one) => [...one]);
  for (const prior of series.filter((one) => monthsOf(one) > 0)) {
    places[Math.max(counterpart(current, prior), 0)]?.push(...prior);
  }
  return places;
}

function usual(images: readonly ViewerImage[], series: number): Layout {
  if (series < 2) return "one";
  if (isBreast(images)) return series > 2 ? "four" : "two";
  return series === 2 ? "two" : series <= 4 ? "four" : "one";
}

const BREAST_VIEWS = new Set(["CC", "MLO", "ML", "LM", "XCCL"]);

function isBreast(images: readonly ViewerImage[]): boolean {
  return (
    images.length > 1 &&
    images.every((one) => BREAST_VIEWS.has(one.view) && /^[LR]$/.test(one.laterality))
  );
}

/** Whether two films show the two breasts, whose chest walls meet: what is left in one is right in the other. */
export function facesAway(one: ViewerImage, other: ViewerImage): boolean {
  return isBreast([one, other]) && one.laterality !== other.laterality;
}

function alignOf(images: readonly ViewerImage[], image: ViewerImage): Align {
  if (!isBreast(images)) return 0;
  return image.laterality === "R" ? 1 : -1;
}

/** R before L, CC before the others: read in rows this is RCC, LCC, RMLO, LMLO. */
function byBreast(
  series: readonly (readonly ViewerImage[])[],
): readonly (readonly ViewerImage[])[] {
  const rank = (one: readonly ViewerImage[]): number => {
    const image = one[0];
    return (image?.view === "CC" ? 0 : 2) + (image?.laterality === "R" ? 0 : 1);
  };
  return [...series].sort((a, b) => rank(a) - rank(b));
}

/** The letters at the edges of an image as it lies on the stage: what DICOM's orientation says, turned with it. */
export function edgeLetters(
  orientation: string,
  turn: number,
  mirrored: boolean,
): {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
} | null {
  const [row = "", column = ""] = orientation.split("\\");
  if (!row || !column) return null;
  // Clockwise from the right edge: where a row leads, where a column leads, and their opposites.
  const right = mirrored ? opposite(row) : row;
  const around = [right, column, opposite(right), opposite(column)];
  const steps = turn / 90;
  const at = (edge: number): string => around[(edge - steps + 8) % 4] ?? "";
  return { right: at(0), bottom: at(1), left: at(2), top: at(3) };
}

const OPPOSITES: Readonly<Record<string, string>> = {
  A: "P",
  P: "A",
  L: "R",
  R: "L",
  H: "F",
  F: "H",
};

function opposite(letters: string): string {
  return letters.replace(/[APLRHF]/g, (letter) => OPPOSITES[letter] ?? letter);
}
