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
  /** 0 of the current examination; of a prior, how long before it was made. */
  readonly months_before: number;
  /** The same in words; empty where the case has no prior. */
  readonly examination: string;
  /** Where a row and a column lead in the patient, such as `L\\P`; empty where it isn't known. */
  readonly orientation: string;
  readonly pixel_spacing_mm: number | null;
  readonly values: {
    readonly url: string;
    /** Bits of each stored number: 8 or 16. */
    readonly bits: number;
    readonly slope: number;
    readonly intercept: number;
    readonly unit: string;
  };
  /** The first is the image's own; none where its whole range is shown. */
  readonly windows: readonly {
    readonly center: number;
    readonly width: number;
    readonly label: string;
  }[];
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
  heatmaps: readonly Heatmap[];
  readonly regions: readonly Region[];
  readonly visible: Record<LayerName, boolean>;
  /** 0 to 1. */
  opacity: number;
  /** Heatmaps as areas, or as lines of equal level that leave the film uncovered. */
  style: "filled" | "contour";
  /** Heatmaps of one finding and method are shown at a time. */
  chosen: Choice;
}

/** Which heatmaps are shown; both "" where there is none. */
export interface Choice {
  readonly finding: string;
  readonly method: string;
}

export function isChosen(heatmap: Heatmap, { finding, method }: Choice): boolean {
  return heatmap.finding === finding && heatmap.method === method;
}

/** The findings that there are heatmaps of, in the order in which the heatmaps come. */
export function findingsOf(heatmaps: readonly Heatmap[]): readonly string[] {
  return [...new Set(heatmaps.map(({ finding }) => finding))];
}

/** The methods that there are heatmaps of a finding by, in the order in which the heatmaps come. */
export function methodsOf(heatmaps: readonly Heatmap[], finding: string): readonly string[] {
  return [
    ...new Set(heatmaps.filter((one) => one.finding === finding).map(({ method }) => method)),
  ];
}

/** What to show of a finding: by the method wished for, or else by the first that there is. */
export function choiceOf(heatmaps: readonly Heatmap[], finding: string, method: string): Choice {
  const methods = methodsOf(heatmaps, finding);
  return { finding, method: methods.includes(method) ? method : (methods[0] ?? "") };
}
