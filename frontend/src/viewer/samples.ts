/** Images, layers and stages for tests. */

import { PlainPicture } from "./pixels/plain";
import type { PictureMaker } from "./pixels/picture";
import type { Layers, ViewerImage } from "./types";

export function sampleImage(id: string, over: Partial<ViewerImage> = {}): ViewerImage {
  return {
    id,
    url: `/files/images/${id}/display`,
    width: 200,
    height: 100,
    series: 0,
    slice: 0,
    view: "",
    laterality: "",
    orientation: "",
    pixel_spacing_mm: null,
    values: { url: `/files/images/${id}/values`, bits: 8, slope: 1, intercept: 0, unit: "" },
    windows: [{ center: 128, width: 256, label: "As stored" }],
    ...over,
  };
}

export function sampleLayers(over: Partial<Layers> = {}): Layers {
  return {
    heatmaps: [],
    regions: [],
    visible: { heatmap: true, peak: true, regions: true, marks: true },
    opacity: 0.5,
    style: "filled",
    chosen: { finding: "", method: "" },
    ...over,
  };
}

export function sampleStage(width = 800, height = 600): HTMLElement {
  const stage = document.createElement("div");
  Object.defineProperty(stage, "clientWidth", { value: width });
  Object.defineProperty(stage, "clientHeight", { value: height });
  return stage;
}

export const plainPictures: PictureMaker = (events) => new PlainPicture(events, []);
