import { describe, expect, it } from "vitest";
import { drawOverlay, regionPath } from "./overlay";
import type { Heatmap, Layers, Region } from "./types";

const view = { scale: 2, x: 10, y: 20 };
const box: Region = {
  image: "one",
  finding: "mass",
  shape: "box",
  geometry: [5, 5, 10, 20],
  mask_url: null,
};
const heatmap: Heatmap = {
  id: "h",
  image: "one",
  url: "/h",
  finding: "mass",
  label: "Mass",
  method: "gradcam",
  peak: { x: 3, y: 4 },
};

function layers(over: Partial<Layers["visible"]> = {}): Layers {
  const visible = { heatmap: true, peak: true, regions: true, marks: true, ...over };
  return {
    heatmaps: [heatmap],
    regions: [box],
    visible,
    opacity: 0.5,
    chosen: { finding: "mass", method: "gradcam" },
  };
}

function draw(l: Layers, image = "one"): string[] {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const marks = [{ image: "one", finding: "mass", x: 7, y: 8 }];
  drawOverlay(svg, { view, image, marks, layers: l, reticle: null });
  return [...svg.children].map((child) => child.getAttribute("class") ?? "");
}

describe("overlay", () => {
  it("draws regions where their image pixels are", () => {
    expect(regionPath(box, view)).toBe("M20 30H40V70H20Z");
    expect(regionPath({ ...box, shape: "polygon", geometry: [0, 0, 1, 0, 1, 1] }, view)).toBe(
      "M10 20L12 20L12 22Z",
    );
    expect(regionPath({ ...box, shape: "circle", geometry: [5, 5, 4] }, view)).toContain(
      "M12 30a8 8",
    );
  });

  it("leaves masks and broken polygons to others", () => {
    expect(regionPath({ ...box, shape: "mask", geometry: [] }, view)).toBeNull();
    expect(regionPath({ ...box, shape: "polygon", geometry: [1, 2] }, view)).toBeNull();
  });

  it("draws each layer only while it is on, and only on its own image", () => {
    expect(draw(layers())).toEqual(["shape-truth", "shape-ai", "shape-you"]);
    expect(draw(layers({ regions: false, marks: false }))).toEqual(["shape-ai"]);
    expect(draw(layers({ peak: false }))).toEqual(["shape-truth", "shape-you"]);
    expect(draw(layers(), "two")).toEqual([]);
  });

  it("draws marks given before under the current ones, unless they coincide", () => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const mark = { image: "one", finding: "mass", x: 7, y: 8 };
    const earlier = [mark, { ...mark, x: 1 }, { ...mark, image: "two" }];
    const on = layers({ regions: false, peak: false });
    drawOverlay(svg, { view, image: "one", marks: [mark], earlier, layers: on, reticle: null });
    const classes = [...svg.children].map((child) => child.getAttribute("class"));
    expect(classes).toEqual(["shape-earlier", "shape-you"]);
  });

  it("draws the peak of the chosen finding alone, whichever method is shown", () => {
    const on = layers({ regions: false, marks: false });
    expect(draw({ ...on, chosen: { finding: "other", method: "gradcam" } })).toEqual([]);
    const another = { ...heatmap, id: "i", method: "occlusion", peak: null };
    const switched = { ...on, heatmaps: [heatmap, another] };
    expect(draw({ ...switched, chosen: { finding: "mass", method: "occlusion" } })).toEqual([
      "shape-ai",
    ]);
  });
});
