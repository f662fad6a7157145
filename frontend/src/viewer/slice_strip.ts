/** The strip of a stack's slices: how probable the AI holds the finding on each, to see at a glance and to jump by. */

import { message } from "../messages";
import { svgElement } from "./shapes";
import type { ViewerImage } from "./types";

const HEIGHT = 100;
const SLICE = 10;

/** What the AI says of one finding on one image. */
export interface SliceCall {
  readonly image: string;
  readonly finding: string;
  readonly probability: number;
  readonly threshold: number;
}

/** What the strip needs of a viewer. */
export interface StripTarget {
  readonly images: readonly ViewerImage[];
  readonly image: ViewerImage;
  readonly slices: readonly ViewerImage[];
  readonly layers: { readonly chosen: { readonly finding: string } };
  show(index: number): void;
}

/** Where a key leads from slice `index` of `count`; null for a key that isn't the strip's. */
export function sliceByKey(key: string, index: number, count: number, best: number): number | null {
  const to: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    Home: 0,
    End: count - 1,
    Enter: best,
  };
  const next = to[key];
  return next === undefined ? null : Math.min(Math.max(next, 0), count - 1);
}

/** Fill the strip and bind it; returns the function that refreshes it. */
export function bindSliceStrip(
  strip: HTMLElement | null,
  target: StripTarget,
  calls: readonly SliceCall[],
): () => void {
  if (!strip || calls.length === 0) return () => undefined;
  const svg = svgElement("svg", { "aria-hidden": "true", preserveAspectRatio: "none" });
  strip.replaceChildren(svg);
  const shown = (): readonly (SliceCall | undefined)[] =>
    target.slices.map(({ id }) =>
      calls.find((call) => call.image === id && call.finding === target.layers.chosen.finding),
    );
  const go = (place: number): void => {
    const slice = target.slices[place];
    if (slice) target.show(target.images.indexOf(slice));
  };
  const goTo = (event: PointerEvent): void => {
    const box = strip.getBoundingClientRect();
    const share = (event.clientX - box.left) / Math.max(box.width, 1);
    const place = Math.floor(share * target.slices.length);
    go(Math.min(Math.max(place, 0), target.slices.length - 1));
  };
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    goTo(event);
  });
  strip.addEventListener("pointermove", (event) => {
    if (strip.hasPointerCapture(event.pointerId)) goTo(event);
  });
  strip.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { slices } = target;
    const best = highest(shown());
    const next = sliceByKey(event.key, slices.indexOf(target.image), slices.length, best);
    if (next === null) return;
    go(next);
    event.preventDefault();
    event.stopPropagation();
  });
  let drawn = "";
  return () => {
    const row = shown();
    strip.hidden = row.length < 2 || row.every((call) => call === undefined);
    const place = target.slices.indexOf(target.image);
    const state = `${target.image.id} ${target.layers.chosen.finding}`;
    if (strip.hidden || state === drawn) return;
    drawn = state;
    draw(svg, row, place);
    const call = row[place];
    const n = place + 1;
    const per = call ? Math.round(100 * call.probability) : "–";
    strip.ariaValueMin = "1";
    strip.ariaValueMax = String(row.length);
    strip.ariaValueNow = String(n);
    strip.ariaValueText = message("slice-strip", { n, total: row.length, probability: per });
  };
}

/** The slice that the AI is most for. */
function highest(row: readonly (SliceCall | undefined)[]): number {
  return row.reduce(
    (best, call, place) =>
      (call?.probability ?? -1) > (row[best]?.probability ?? -1) ? place : best,
    0,
  );
}

function draw(svg: SVGSVGElement, row: readonly (SliceCall | undefined)[], place: number): void {
  svg.setAttribute("viewBox", `0 0 ${row.length * SLICE} ${HEIGHT}`);
  const parts: SVGElement[] = [rect("strip-here", place * SLICE, 0, SLICE, HEIGHT)];
  row.forEach((call, index) => {
    if (!call) return;
    const tall = Math.max(call.probability * HEIGHT, 1.5);
    const kind = call.probability >= call.threshold ? "strip-bar strip-over" : "strip-bar";
    parts.push(rect(kind, index * SLICE + 1, HEIGHT - tall, SLICE - 2, tall));
  });
  const threshold = row.find((call) => call !== undefined)?.threshold;
  if (threshold !== undefined) {
    const y = HEIGHT * (1 - threshold);
    const ends = { x1: 0, x2: row.length * SLICE, y1: y, y2: y };
    parts.push(svgElement("line", { class: "strip-threshold", ...ends }));
  }
  svg.replaceChildren(...parts);
}

function rect(kind: string, x: number, y: number, width: number, height: number): SVGRectElement {
  return svgElement("rect", { class: kind, x, y, width, height });
}
