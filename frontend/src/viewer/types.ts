/** What the viewer is given: images, heatmaps and regions, as the read payload has them. */

export interface ViewerImage {
  readonly id: string;
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly series: number;
  readonly slice: number;
  readonly view: string;
  readonly laterality: string;
}

export interface Heatmap {
  readonly id: string;
  readonly image: string;
  readonly url: string;
  readonly finding: string;
  readonly label: string;
  readonly method: string;
  readonly peak: { readonly x: number; readonly y: number } | null;
}

export type RegionShape = "circle" | "box" | "polygon" | "mask";

export interface Region {
  readonly image: string;
  readonly finding: string;
  readonly shape: RegionShape;
  /** circle x y r · box x y width height · polygon x1 y1 x2 y2 …; image pixels. */
  readonly geometry: readonly number[];
  readonly mask_url: string | null;
}

export type LayerName = "heatmap" | "peak" | "regions" | "marks";

/** What is drawn over the picture and whether it may be seen. */
export interface Layers {
  readonly heatmaps: readonly Heatmap[];
  readonly regions: readonly Region[];
  readonly visible: Record<LayerName, boolean>;
  /** 0 to 1. */
  opacity: number;
  /** Heatmaps of one finding and method are shown at a time, as `finding|method`; "" where there is none. */
  chosen: string;
}

export function heatmapKey(heatmap: Heatmap): string {
  return `${heatmap.finding}|${heatmap.method}`;
}

/** The distinct finding-and-method choices, in the order in which the heatmaps come. */
export function heatmapChoices(
  heatmaps: readonly Heatmap[],
): readonly { key: string; label: string; method: string }[] {
  const found = new Map<string, { key: string; label: string; method: string }>();
  for (const heatmap of heatmaps) {
    const key = heatmapKey(heatmap);
    found.set(key, { key, label: heatmap.label, method: heatmap.method });
  }
  return [...found.values()];
}
