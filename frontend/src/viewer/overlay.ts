/** Drawing of shapes over the picture: regions, the AI's peak, marks and the reticle, in stage pixels. */

import { toStage, type Point, type View } from "./geometry";
import { haloed, pair, round } from "./shapes";
import type { Layers, Region } from "./types";

const PEAK_RADIUS = 14;

export interface Drawing {
  readonly view: View;
  readonly image: string;
  readonly layers: Layers;
  /** The heatmap's outlines, as `./heatmap` draws them: under everything else. */
  readonly outlines: readonly SVGGElement[];
  /** Marks, their handles and the reticle, as `./marks` draws them: over everything else. */
  readonly marks: readonly SVGGElement[];
}

/** Replace what the overlay shows. */
export function drawOverlay(svg: SVGSVGElement, drawing: Drawing): void {
  const { view, image, layers, marks } = drawing;
  const groups: SVGGElement[] = [...drawing.outlines];
  if (layers.visible.regions) {
    for (const region of layers.regions) {
      const shape = region.image === image ? regionPath(region, view) : null;
      if (shape) groups.push(haloed("truth", shape));
    }
  }
  if (layers.visible.peak) {
    for (const heatmap of layers.heatmaps) {
      // The AI's place is that of its first method, whichever map is shown: only those carry a peak.
      if (heatmap.image !== image || !heatmap.peak || heatmap.finding !== layers.chosen.finding)
        continue;
      groups.push(haloed("ai", diamondPath(toStage(view, heatmap.peak))));
    }
  }
  svg.replaceChildren(...groups, ...marks);
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

function circlePath(at: Point, r: number): string {
  const d = round(2 * r);
  return `M${round(at.x - r)} ${round(at.y)}a${round(r)} ${round(r)} 0 1 0 ${d} 0a${round(r)} ${round(r)} 0 1 0 -${d} 0Z`;
}

function diamondPath(at: Point): string {
  const r = PEAK_RADIUS;
  return `M${round(at.x)} ${round(at.y - r)}l${r} ${r}l-${r} ${r}l-${r} -${r}Z`;
}
