/** One viewport's elements: its stage, captions, letters at the edges, what it says while loading or in trouble. */

import { message } from "../messages";
import { edgeLetters } from "./hanging";
import { adjustedRange, rangeOf, windowOf } from "./pixels/window";
import type { Status } from "./pixels/picture";
import type { Viewer } from "./viewer";

export interface CellParts {
  readonly cell: HTMLElement;
  readonly stage: HTMLElement;
  readonly plane: HTMLElement;
  readonly overlay: SVGSVGElement;
}

/** The parts of a cell, or null where the page lacks one. */
export function partsOf(cell: HTMLElement): CellParts | null {
  const stage = cell.querySelector<HTMLElement>("[data-viewer-stage]");
  const plane = cell.querySelector<HTMLElement>("[data-viewer-plane]");
  const overlay = cell.querySelector<SVGSVGElement>("[data-viewer-overlay]");
  return stage && plane && overlay ? { cell, stage, plane, overlay } : null;
}

export function showStatus(cell: HTMLElement, status: Status): void {
  cell.dataset.status = status;
  cell.querySelector("[data-viewer-loading]")?.toggleAttribute("hidden", status !== "loading");
  cell.querySelector("[data-viewer-trouble]")?.toggleAttribute("hidden", status !== "error");
  if (status === "loading") showProgress(cell, 0);
}

export function showProgress(cell: HTMLElement, share: number): void {
  const bar = cell.querySelector<HTMLProgressElement>("[data-viewer-progress]");
  if (bar) bar.value = share;
}

/** The real value under the pointer: Hounsfield units where they are, else the pixel's own value. */
export function showValue(cell: HTMLElement, value: number | null, unit: string): void {
  const place = cell.querySelector("[data-viewer-value]");
  if (!place) return;
  const words = unit
    ? `${Math.round(value ?? 0)} ${unit}`
    : `${message("pixel-value")} ${value ?? 0}`;
  place.textContent = value === null ? "" : words;
}

/** Captions and letters as the viewport stands now. */
export function refreshCell(parts: CellParts, viewer: Viewer, name: string): void {
  const { cell, stage } = parts;
  const { image, slices, view, look } = viewer;
  stage.ariaLabel = name;
  stage.dataset.currentTool = viewer.tool;
  const place = slices.indexOf(image) + 1;
  // On a wall of views each is told by side and view alone: the film's own label stands at its edge already.
  const side = [image.laterality, image.view].filter(Boolean).join(" ");
  write(cell, "caption", [image.examination, side].filter(Boolean).join(" · ") || name);
  write(cell, "slice", slices.length > 1 ? `${place} / ${slices.length}` : "");
  write(cell, "scale", `${viewer.zoomPercent} %`);
  write(cell, "window", windowWords(viewer));
  const letters = edgeLetters(image.orientation, view.turn, view.mirrored);
  for (const edge of ["left", "right", "top", "bottom"] as const) {
    const element = cell.querySelector(`[data-edge="${edge}"]`);
    if (element) element.textContent = letters?.[edge] ?? "";
  }
  cell.dataset.inverted = String(look.inverted);
}

/** "C 40 W 80": the window as it is shown, for images of more than 8 bits. */
function windowWords(viewer: Viewer): string {
  const { image, look } = viewer;
  const chosen = image.windows[look.preset];
  if (!chosen || image.values.bits === 8) return "";
  const range = adjustedRange(rangeOf(chosen.center, chosen.width), look.adjustment);
  const { center, width } = windowOf(range);
  return `C ${Math.round(center)} W ${Math.round(width)}`;
}

function write(cell: HTMLElement, part: string, words: string): void {
  const element = cell.querySelector(`[data-viewer-${part}]`);
  if (element && element.textContent !== words) element.textContent = words;
}
