import { describe, expect, it } from "vitest";
import type { View } from "./geometry";
import { drawOverlay, regionPath } from "./overlay";
import type { Heatmap, Layers, Region } from "./types";

const view: View = {
  width: 100,
  height: 100,
  scale: 2,
  x: 10,
  y: 20,
  turn: 0,
  mirrored: false,
  align: 0,
};
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
    style: "filled",
    chosen: { finding: "mass", method: "gradcam" },
  };
}

function group(voice: string): SVGGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", "g");
  element.setAttribute("class", `shape-${voice}`);
  return element;
}

function draw(l: Layers, image = "one"): string[] {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawOverlay(svg, { view, image, layers: l, outlines: [group("heat")], marks: [group("you")] });
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
    const around = (...own: string[]): string[] => ["shape-heat", ...own, "shape-you"];
    expect(draw(layers())).toEqual(around("shape-truth", "shape-ai"));
    expect(draw(layers({ regions: false }))).toEqual(around("shape-ai"));
    expect(draw(layers({ peak: false }))).toEqual(around("shape-truth"));
    expect(draw(layers(), "two")).toEqual(around());
  });

  it("draws the peak of the chosen finding alone, whichever method is shown", () => {
    const on = layers({ regions: false });
    const other = draw({ ...on, chosen: { finding: "other", method: "gradcam" } });
    expect(other).not.toContain("shape-ai");
    const another = { ...heatmap, id: "i", method: "occlusion", peak: null };
    const switched = { ...on, heatmaps: [heatmap, another] };
    const occluded = draw({ ...switched, chosen: { finding: "mass", method: "occlusion" } });
    expect(occluded).toContain("shape-ai");
  });
});
