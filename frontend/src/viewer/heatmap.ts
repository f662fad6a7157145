/**
 * Outlines over the film: lines of equal level of a heatmap, and the edges of the key's masks.
 * A heatmap's levels are read back from its picture. That comes coloured from the server, values under a fifth of the highest left out; its opacity is the root
 * of the level times the map's strength, which is all that is needed here.
 */

import { contourOf, gridOf, joined, pathOf } from "./contours";
import type { Point } from "./geometry";
import { haloed } from "./shapes";
import { isChosen, type Layers, type ViewerImage } from "./types";

/** The longer side of the grid that lines are drawn from: the maps themselves are no finer. */
const GRID = 128;
/** The same of a mask, whose edge is meant to be exact. */
const MASK_GRID = 512;
/** Shares of the map's highest value, the lowest being where values begin to be shown. */
export const LEVELS = [0.2, 0.5, 0.8] as const;

/** The levels behind a picture's opacities (0–255); all 0 where nothing of it is shown. */
export function levelsOf(alpha: Iterable<number>): Float32Array {
  const all = Float32Array.from(alpha);
  const top = all.reduce((high, value) => Math.max(high, value), 0);
  return all.map((value) => (top > 0 ? (value / top) ** 2 : 0));
}

/** Lines of one level, joined, in shares of the image's width and height. */
interface Lines {
  readonly level: number;
  readonly lines: readonly (readonly Point[])[];
}

/** The outlines of heatmaps and of masks, read from their pictures once these have come. */
export class Outlines {
  private readonly known = new Map<string, readonly Lines[] | null>();

  /** `redraw` is called when outlines that were asked for are there. */
  constructor(private readonly redraw: () => void) {}

  /** What the overlay shows: the chosen heatmap where it is to be outlined, and the edges of the key's masks. */
  draw(
    image: ViewerImage,
    layers: Layers,
    project: (point: Point) => Point,
  ): readonly SVGGElement[] {
    const onImage = (share: Point): Point =>
      project({ x: share.x * image.width, y: share.y * image.height });
    return [...this.heat(image, layers, onImage), ...this.masks(image, layers, onImage)];
  }

  private heat(
    image: ViewerImage,
    layers: Layers,
    onImage: (share: Point) => Point,
  ): readonly SVGGElement[] {
    if (!layers.visible.heatmap || layers.style !== "contour") return [];
    return layers.heatmaps
      .filter((heatmap) => heatmap.image === image.id && isChosen(heatmap, layers.chosen))
      .flatMap(({ url }) => this.of(url, heatLines) ?? [])
      .map(({ level, lines }) => {
        const shape = haloed(`heat shape-heat-${Math.round(level * 100)}`, pathOf(lines, onImage));
        // Lines cover little of the film: they are drawn stronger than the filled map would be.
        shape.setAttribute("opacity", Math.min(2 * layers.opacity, 1).toFixed(2));
        return shape;
      });
  }

  private masks(
    image: ViewerImage,
    layers: Layers,
    onImage: (share: Point) => Point,
  ): readonly SVGGElement[] {
    if (!layers.visible.regions) return [];
    return layers.regions
      .filter((region) => region.image === image.id)
      .flatMap(({ mask_url: url }) => (url ? (this.of(url, maskLines) ?? []) : []))
      .map(({ lines }) => haloed("truth", pathOf(lines, onImage)));
  }

  private of(
    url: string,
    read: (picture: HTMLImageElement) => readonly Lines[],
  ): readonly Lines[] | null {
    const known = this.known.get(url);
    if (known !== undefined) return known;
    this.known.set(url, null);
    const picture = new Image();
    picture.addEventListener("load", () => {
      this.known.set(url, read(picture));
      this.redraw();
    });
    // One that couldn't be fetched is asked for again the next time.
    picture.addEventListener("error", () => {
      this.known.delete(url);
    });
    picture.src = url;
    return null;
  }
}

function heatLines(picture: HTMLImageElement): readonly Lines[] {
  const alpha = gridOf(picture, GRID, (pixels, start) => pixels[start + 3] ?? 0);
  if (!alpha) return [];
  const grid = { ...alpha, levels: levelsOf(alpha.levels) };
  return LEVELS.map((level) => ({ level, lines: joined(contourOf(grid, level).segments) }));
}

/** A mask is white on black; its edge lies where it is half of both. */
function maskLines(picture: HTMLImageElement): readonly Lines[] {
  const grid = gridOf(picture, MASK_GRID, (pixels, start) => (pixels[start] ?? 0) / 255);
  return grid ? [{ level: 0.5, lines: joined(contourOf(grid, 0.5).segments) }] : [];
}
