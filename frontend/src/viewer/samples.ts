/** Images, heatmaps, layers, stages and rooms for tests. */

import { vi } from "vitest";
import { hang } from "./hanging";
import { MarkEditor, type MarkEditorOptions } from "./marks";
import { Ruler } from "./measure";
import { PlainPicture } from "./pixels/plain";
import type { PictureMaker } from "./pixels/picture";
import { Room } from "./room";
import type { Heatmap, Layers, ViewerImage } from "./types";
import { Viewer } from "./viewer";

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
    months_before: 0,
    examination: "",
    orientation: "",
    pixel_spacing_mm: null,
    values: { url: `/files/images/${id}/values`, bits: 8, slope: 1, intercept: 0, unit: "" },
    windows: [{ center: 128, width: 256, label: "As stored" }],
    ...over,
  };
}

export function sampleHeatmap(over: Partial<Heatmap> = {}): Heatmap {
  return {
    id: "h",
    image: "a",
    url: "/h",
    finding: "mass",
    label: "Mass",
    method: "gradcam",
    peak: null,
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

/** The stages of a test don't change their size. */
export function stillStages(): void {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {
        /* Nothing to tell. */
      }
    },
  );
}

export interface SampleRoom {
  readonly images: readonly ViewerImage[];
  readonly layers?: Layers;
  readonly editor?: MarkEditor;
  readonly ruler?: Ruler | undefined;
  readonly spacious?: boolean;
  readonly start?: string;
}

/** A room of plain pictures, hung as a set hangs them, that tells nobody of what happens in it. */
export function sampleRoom(over: SampleRoom): Room {
  const { images, layers = sampleLayers(), editor = sampleEditor(), start = "" } = over;
  const ruler = over.ruler ?? new Ruler(vi.fn());
  return new Room({
    images,
    hanging: hang(images),
    start,
    spacious: over.spacious ?? false,
    layers,
    editor,
    ruler,
    makeViewer: (_, given) =>
      new Viewer({
        ...given,
        stage: sampleStage(),
        plane: document.createElement("div"),
        overlay: document.createElementNS("http://www.w3.org/2000/svg", "svg"),
        layers,
        editor,
        ruler,
        pictures: plainPictures,
        onStatus: vi.fn(),
        onChange: vi.fn(),
      }),
    onLayout: vi.fn(),
    onChange: vi.fn(),
  });
}

/** Marks of a mass, at most `limit` of them. */
export function sampleEditor(
  limit = 2,
  onChange = vi.fn<MarkEditorOptions["onChange"]>(),
): MarkEditor {
  return new MarkEditor({ marks: [], limit, finding: () => "mass", onChange, redraw: vi.fn() });
}
