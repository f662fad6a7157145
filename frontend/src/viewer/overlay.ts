/** Drawing of shapes over the picture: regions, the AI's peak, marks and the reticle, in stage pixels. */

import { toStage, type Point, type View } from "./geometry";
import type { Mark } from "./marks";
import type { Layers, Region } from "./types";

const SVG = "http://www.w3.org/2000/svg";
const MARK_RADIUS = 11;
const PEAK_RADIUS = 14;
const RETICLE_ARM = 26;
const RETICLE_GAP = 7;

export interface Drawing {
  readonly view: View;
  readonly image: string;
  readonly marks: readonly Mark[];
  /** Marks of an opinion given before: shown, fainter, but out of reach. */
  readonly earlier?: readonly Mark[];
  readonly layers: Layers;
  readonly reticle: Point | null;
}

/** Replace what the overlay shows. */
export function drawOverlay(svg: SVGSVGElement, drawing: Drawing): void {
  const { view, image, layers, marks, reticle, earlier = [] } = drawing;
  const groups: SVGGElement[] = [];
  if (layers.visible.regions) {
    for (const region of layers.regions) {
      const shape = region.image === image ? regionPath(region, view) : null;
      if (shape) groups.push(group("truth", shape));
    }
  }
  if (layers.visible.peak) {
    for (const heatmap of layers.heatmaps) {
      // The AI's place is that of its first method, whichever map is shown: only those carry a peak.
      if (heatmap.image !== image || !heatmap.peak || heatmap.finding !== layers.chosen.finding)
        continue;
      groups.push(group("ai", diamondPath(toStage(view, heatmap.peak))));
    }
  }
  if (layers.visible.marks) {
    for (const mark of earlier) {
      if (mark.image !== image || marks.some(({ x, y }) => x === mark.x && y === mark.y)) continue;
      groups.push(group("earlier", circlePath(toStage(view, mark), MARK_RADIUS)));
    }
    marks.forEach((mark, index) => {
      if (mark.image !== image) return;
      const at = toStage(view, mark);
      const drawn = group("you", markPath(at));
      drawn.append(label(String(index + 1), at));
      groups.push(drawn);
    });
  }
  if (reticle) groups.push(group("reticle", reticlePath(toStage(view, reticle))));
  svg.replaceChildren(...groups);
}

/** The outline of a region in stage pixels; null for a mask, which is a layer of the plane instead. */
export function regionPath(region: Region, view: View): string | null {
  const g = region.geometry;
  if (region.shape === "circle") {
    const [x = 0, y = 0, r = 0] = g;
    return circlePath(toStage(view, { x, y }), r * view.scale);
  }
  if (region.shape === "box") {
    const [x = 0, y = 0, width = 0, height = 0] = g;
    const a = toStage(view, { x, y });
    const b = toStage(view, { x: x + width, y: y + height });
    return `M${pair(a)}H${round(b.x)}V${round(b.y)}H${round(a.x)}Z`;
  }
  if (region.shape === "polygon") {
    const points: string[] = [];
    for (let i = 0; i + 1 < g.length; i += 2) {
      points.push(pair(toStage(view, { x: g[i] ?? 0, y: g[i + 1] ?? 0 })));
    }
    return points.length > 2 ? `M${points.join("L")}Z` : null;
  }
  return null;
}

function group(voice: string, path: string): SVGGElement {
  const element = document.createElementNS(SVG, "g");
  element.setAttribute("class", `shape-${voice}`);
  for (const role of ["halo", "line"]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("class", role);
    line.setAttribute("d", path);
    element.append(line);
  }
  return element;
}

function label(text: string, at: Point): SVGTextElement {
  const element = document.createElementNS(SVG, "text");
  element.setAttribute("x", round(at.x + MARK_RADIUS + 4));
  element.setAttribute("y", round(at.y - MARK_RADIUS + 2));
  element.textContent = text;
  return element;
}

function circlePath(at: Point, r: number): string {
  const d = round(2 * r);
  return `M${round(at.x - r)} ${round(at.y)}a${round(r)} ${round(r)} 0 1 0 ${d} 0a${round(r)} ${round(r)} 0 1 0 -${d} 0Z`;
}

function markPath(at: Point): string {
  return `${circlePath(at, MARK_RADIUS)}M${round(at.x - 3)} ${round(at.y)}h6M${round(at.x)} ${round(at.y - 3)}v6`;
}

function diamondPath(at: Point): string {
  const r = PEAK_RADIUS;
  return `M${round(at.x)} ${round(at.y - r)}l${r} ${r}l-${r} ${r}l-${r} -${r}Z`;
}

function reticlePath(at: Point): string {
  const arm = RETICLE_ARM - RETICLE_GAP;
  const { x, y } = at;
  return (
    `M${round(x - RETICLE_ARM)} ${round(y)}h${arm}M${round(x + RETICLE_GAP)} ${round(y)}h${arm}` +
    `M${round(x)} ${round(y - RETICLE_ARM)}v${arm}M${round(x)} ${round(y + RETICLE_GAP)}v${arm}`
  );
}

function pair(point: Point): string {
  return `${round(point.x)} ${round(point.y)}`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
