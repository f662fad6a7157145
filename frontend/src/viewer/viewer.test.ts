import { beforeEach, describe, expect, it, vi } from "vitest";
import { stageKey, viewerKey } from "./keys";
import type { Mark } from "./marks";
import type { Heatmap, Layers, ViewerImage } from "./types";
import { Viewer, type ViewerOptions } from "./viewer";

function image(id: string, series: number, slice: number): ViewerImage {
  return { id, url: `/${id}`, width: 200, height: 100, series, slice, view: "", laterality: "" };
}

function heatmap(finding: string, method: string, on = "a"): Heatmap {
  const id = `${finding} ${method}`;
  return { id, image: on, url: `/${id}`, finding, label: finding, method, peak: null };
}

function withHeatmaps(): Layers {
  return {
    heatmaps: [
      heatmap("mass", "gradcam"),
      heatmap("mass", "gradcam++"),
      heatmap("cyst", "gradcam"),
    ],
    regions: [],
    visible: { heatmap: true, peak: true, regions: true, marks: true },
    opacity: 0.5,
    chosen: { finding: "mass", method: "gradcam" },
  };
}

const onMarks = vi.fn<(marks: readonly Mark[], what: string) => void>();

function build(over: Partial<ViewerOptions> = {}): Viewer {
  const stage = document.createElement("div");
  Object.defineProperty(stage, "clientWidth", { value: 800 });
  Object.defineProperty(stage, "clientHeight", { value: 600 });
  return new Viewer({
    stage,
    plane: document.createElement("div"),
    overlay: document.createElementNS("http://www.w3.org/2000/svg", "svg"),
    images: [image("a", 0, 0), image("b", 0, 1), image("c", 1, 0)],
    layers: {
      heatmaps: [],
      regions: [],
      visible: { heatmap: true, peak: true, regions: true, marks: true },
      opacity: 0.5,
      chosen: { finding: "", method: "" },
    },
    marks: [],
    markLimit: 2,
    markFinding: () => "mass",
    onStatus: vi.fn(),
    onChange: vi.fn(),
    onMarks,
    ...over,
  });
}

describe("viewer", () => {
  beforeEach(() => {
    vi.clearAllMocks();
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe(): void {
          /* The stage of a test doesn't change its size. */
        }
      },
    );
  });

  it("places, limits and removes marks with the keyboard alone, in image pixels", () => {
    const viewer = build();
    expect(viewerKey(viewer, "x")).toBe(true);
    expect(viewer.reticle).toEqual({ x: 100, y: 50 });
    stageKey(viewer, "Enter", false);
    expect(viewer.marks).toEqual([{ image: "a", finding: "mass", x: 100, y: 50 }]);
    expect(stageKey(viewer, "Enter", false)).toBe(false);
    stageKey(viewer, "ArrowRight", true);
    expect(viewer.reticle).toEqual({ x: 109, y: 50 });
    stageKey(viewer, "Enter", false);
    stageKey(viewer, "ArrowRight", true);
    stageKey(viewer, "Enter", false);
    expect(onMarks.mock.lastCall?.[1]).toBe("full");
    expect(viewer.marks).toHaveLength(2);
    stageKey(viewer, "ArrowLeft", true);
    stageKey(viewer, "Delete", false);
    expect(viewer.marks.map((mark) => mark.x)).toEqual([100]);
  });

  it("keeps the reticle on the image", () => {
    const viewer = build();
    viewer.setTool("mark");
    viewer.moveReticle(0, 0);
    for (let i = 0; i < 60; i += 1) stageKey(viewer, "ArrowLeft", true);
    expect(viewer.reticle).toEqual({ x: 0, y: 50 });
  });

  it("doesn't mark where the step takes no marks", () => {
    const viewer = build({ markLimit: 0 });
    expect(viewerKey(viewer, "x")).toBe(false);
    viewer.setTool("mark");
    expect(viewer.tool).toBe("pan");
  });

  it("zooms, and comes back to the whole image and neutral grey on 0", () => {
    const viewer = build();
    viewerKey(viewer, "+");
    viewer.adjust({ brightness: 2, contrast: 2 });
    expect(viewer.zoomPercent).toBe(125);
    viewerKey(viewer, "0");
    expect(viewer.zoomPercent).toBe(100);
    expect(viewer.adjustment).toEqual({ brightness: 1, contrast: 1 });
  });

  it("steps through slices without leaving the series, and through images with leaving it", () => {
    const viewer = build();
    viewer.step(1, "slice");
    expect(viewer.image.id).toBe("b");
    viewer.step(1, "slice");
    expect(viewer.image.id).toBe("b");
    viewerKey(viewer, "]");
    expect(viewer.image.id).toBe("c");
    viewerKey(viewer, "]");
    expect(viewer.image.id).toBe("c");
  });

  it("switches between the methods there are, and takes in a map that comes later", () => {
    const viewer = build({ layers: withHeatmaps() });
    viewerKey(viewer, "g");
    expect(viewer.layers.chosen).toEqual({ finding: "mass", method: "gradcam++" });
    viewer.choose("cyst");
    expect(viewer.layers.chosen).toEqual({ finding: "cyst", method: "gradcam" });
    viewer.choose("mass", "occlusion");
    expect(viewer.layers.chosen).toEqual({ finding: "mass", method: "gradcam" });
    viewer.addHeatmap(heatmap("mass", "occlusion", "c"));
    expect(viewer.image.id).toBe("c");
    expect(viewer.layers.chosen).toEqual({ finding: "mass", method: "occlusion" });
    viewerKey(viewer, "g");
    expect(viewer.layers.chosen.method).toBe("gradcam");
    viewer.addHeatmap(heatmap("mass", "occlusion", "c"));
    expect(viewer.layers.heatmaps).toHaveLength(4);
  });

  it("leaves keys of absent layers to others", () => {
    const viewer = build();
    for (const key of ["h", "g", "p", "r", "m", ","]) expect(viewerKey(viewer, key)).toBe(false);
  });
});
