import { beforeEach, describe, expect, it } from "vitest";
import { NEUTRAL } from "./adjust";
import { Plane, renditionUrl, type Status } from "./plane";
import type { Layers, ViewerImage } from "./types";

const image: ViewerImage = {
  id: "one",
  url: "/files/images/one/full",
  width: 224,
  height: 224,
  series: 0,
  slice: 0,
  view: "AP",
  laterality: "",
};
const layers: Layers = {
  heatmaps: [
    {
      id: "h1",
      image: "one",
      url: "/files/heatmaps/h1",
      finding: "mass",
      label: "Mass",
      method: "gradcam",
      peak: null,
    },
    {
      id: "h2",
      image: "two",
      url: "/files/heatmaps/h2",
      finding: "mass",
      label: "Mass",
      method: "gradcam",
      peak: null,
    },
  ],
  regions: [{ image: "one", finding: "mass", shape: "mask", geometry: [], mask_url: "/mask" }],
  visible: { heatmap: true, peak: true, regions: true, marks: true },
  opacity: 0.4,
  chosen: { finding: "mass", method: "gradcam" },
};

describe("plane", () => {
  let element: HTMLElement;
  let statuses: Status[];
  let plane: Plane;

  beforeEach(() => {
    element = document.createElement("div");
    statuses = [];
    plane = new Plane(element, (status) => statuses.push(status));
  });

  it("takes another window from another address of the same image", () => {
    plane.setRendition("window-bone");
    plane.show(image, { ...layers, visible: { ...layers.visible, heatmap: false } }, NEUTRAL);
    expect(element.querySelector("img")?.getAttribute("src")).toBe("/files/images/one/window-bone");
    expect(renditionUrl(image.url, "display")).toBe(image.url);
  });

  it("shows the picture with its own heatmap and mask", () => {
    plane.show(image, layers, NEUTRAL);
    const sources = [...element.querySelectorAll("img")].map((each) => each.getAttribute("src"));
    expect(sources).toEqual([image.url, "/files/heatmaps/h1"]);
    expect(element.querySelectorAll<HTMLElement>(".layer-mask")).toHaveLength(1);
    expect(element.querySelectorAll("img")[1]?.style.opacity).toBe("0.4");
  });

  it("hides what is switched off", () => {
    plane.show(
      image,
      { ...layers, visible: { ...layers.visible, heatmap: false, regions: false } },
      NEUTRAL,
    );
    expect(element.children).toHaveLength(1);
  });

  it("tells loading, then an error, and asks again on retry", () => {
    plane.show(image, layers, NEUTRAL);
    const first = element.firstElementChild;
    first?.dispatchEvent(new Event("error"));
    expect(statuses).toEqual(["loading", "error"]);
    expect((first as HTMLElement).hidden).toBe(true);
    plane.retry();
    expect(element.firstElementChild).not.toBe(first);
    element.firstElementChild?.dispatchEvent(new Event("load"));
    expect(statuses).toEqual(["loading", "error", "loading", "ready"]);
  });

  it("fetches an image once however often it is shown", () => {
    plane.preload(image);
    plane.show(image, layers, NEUTRAL);
    const picture = element.firstElementChild;
    plane.show(image, layers, NEUTRAL);
    expect(element.firstElementChild).toBe(picture);
  });
});
