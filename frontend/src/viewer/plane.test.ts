import { beforeEach, describe, expect, it } from "vitest";
import { NEUTRAL } from "./adjust";
import type { Look, Picture, PictureEvents, Status } from "./pixels/picture";
import { PlainPicture } from "./pixels/plain";
import { Plane } from "./plane";
import { renditionUrl } from "./renditions";
import { sampleImage } from "./samples";
import type { Layers, ViewerImage } from "./types";

const image = sampleImage("one", { width: 224, height: 224, view: "AP" });
const LOOK: Look = { preset: 0, adjustment: NEUTRAL, inverted: false };
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
  style: "filled",
  chosen: { finding: "mass", method: "gradcam" },
};

describe("plane", () => {
  let element: HTMLElement;
  let statuses: Status[];
  let plane: Plane;

  beforeEach(() => {
    element = document.createElement("div");
    statuses = [];
    const make = (events: PictureEvents): PlainPicture =>
      new PlainPicture(events, ["display", "window-bone"]);
    plane = new Plane(element, make, {
      onStatus: (status) => statuses.push(status),
      onProgress: () => undefined,
    });
  });

  it("takes another window from another address of the same image", () => {
    const bare = { ...layers, visible: { ...layers.visible, heatmap: false } };
    plane.show(image, bare, { ...LOOK, preset: 1 });
    expect(element.querySelector("img")?.getAttribute("src")).toBe("/files/images/one/window-bone");
    expect(renditionUrl(image.url, "display")).toBe(image.url);
  });

  it("shows the picture with its own heatmap and mask", () => {
    plane.show(image, layers, LOOK);
    const sources = [...element.querySelectorAll("img")].map((each) => each.getAttribute("src"));
    expect(sources).toEqual([image.url, "/files/heatmaps/h1"]);
    expect(element.querySelectorAll<HTMLElement>(".layer-mask")).toHaveLength(1);
    expect(element.querySelectorAll("img")[1]?.style.opacity).toBe("0.4");
  });

  it("hides what is switched off", () => {
    plane.show(
      image,
      { ...layers, visible: { ...layers.visible, heatmap: false, regions: false } },
      LOOK,
    );
    expect(element.children).toHaveLength(1);
    expect(element.querySelectorAll("img")).toHaveLength(1);
  });

  it("tells loading, then an error, and asks again on retry", () => {
    plane.show(image, layers, LOOK);
    const first = element.querySelector("img");
    first?.dispatchEvent(new Event("error"));
    expect(statuses).toEqual(["loading", "error"]);
    expect(first?.hidden).toBe(true);
    plane.retry();
    expect(element.querySelector("img")).not.toBe(first);
    element.querySelector("img")?.dispatchEvent(new Event("load"));
    expect(statuses).toEqual(["loading", "error", "loading", "ready"]);
  });

  it("falls back to plain images where a picture can't be drawn after all", () => {
    let fail = (): void => undefined;
    const failing = (events: PictureEvents): Picture => {
      fail = () => events.onFailure?.();
      return {
        kind: "gpu",
        element: document.createElement("canvas"),
        show: () => undefined,
        adjust: () => undefined,
        valueAt: () => null,
        preload: () => undefined,
        retry: () => undefined,
      };
    };
    const events = { onStatus: () => undefined, onProgress: () => undefined };
    const other = new Plane(element, failing, events, ["display", "window-bone"]);
    other.show(image, layers, { ...LOOK, preset: 1 });
    expect(element.dataset.picture).toBe("gpu");
    fail();
    expect(element.dataset.picture).toBe("plain");
    expect(element.querySelector("img")?.getAttribute("src")).toBe("/files/images/one/window-bone");
  });

  describe("with a picture that starts later", () => {
    /** A picture that shows nothing until the test tells what became of it. */
    const slow = (kind: Picture["kind"], events: PictureEvents) => ({
      kind,
      element: document.createElement("canvas"),
      images: [] as string[],
      looks: [] as Look[],
      early: [] as string[],
      tell: events.onStatus,
      show({ id }: ViewerImage) {
        this.images.push(id);
      },
      adjust(look: Look) {
        this.looks.push(look);
      },
      valueAt: () => (kind === "canvas" ? 1 : 2),
      preload({ id }: ViewerImage) {
        this.early.push(id);
      },
      retry: () => undefined,
    });
    let first: ReturnType<typeof slow>;
    let second: ReturnType<typeof slow> | undefined;
    let asked: number;

    beforeEach(() => {
      asked = 0;
      second = undefined;
      plane = new Plane(
        element,
        {
          first: (events) => (first = slow("canvas", events)),
          then: () => {
            asked += 1;
            return Promise.resolve((events) => (second = slow("gpu", events)));
          },
        },
        { onStatus: (status) => statuses.push(status), onProgress: () => undefined },
      );
      plane.show(image, layers, LOOK);
    });

    it("asks for it once the first has its image, and changes over when it has it, too", async () => {
      expect(asked).toBe(0);
      first.tell("ready");
      await Promise.resolve();
      const darker: Look = { ...LOOK, adjustment: { brightness: 0.5, contrast: 1 } };
      plane.adjust(darker);
      expect([asked, second?.images, second?.looks.at(-1)]).toEqual([1, ["one"], darker]);
      second?.tell("loading");
      expect(element.dataset.picture).toBe("canvas");
      expect(element.firstChild).toBe(first.element);
      expect(plane.valueAt(0, 0)).toBe(1);
      second?.tell("ready");
      expect(element.dataset.picture).toBe("gpu");
      expect(element.firstChild).toBe(second?.element);
      expect(plane.valueAt(0, 0)).toBe(2);
      // Heatmap and mask still lie over it, and nobody was told of any loading in between.
      expect(element.children).toHaveLength(3);
      expect(new Set(statuses)).toEqual(new Set(["ready"]));
    });

    it("keeps the first while the second has no image, and fetches early with the one that stays", async () => {
      plane.preload(sampleImage("near"));
      first.tell("ready");
      await Promise.resolve();
      second?.tell("error");
      expect([element.dataset.picture, first.early, second?.early]).toEqual(["canvas", [], []]);
      expect(statuses).toEqual(["ready"]);
      plane.show(sampleImage("two"), layers, LOOK);
      expect([first.images.at(-1), second?.images.at(-1)]).toEqual(["two", "two"]);
      second?.tell("ready");
      expect([element.dataset.picture, second?.early]).toEqual(["gpu", ["near"]]);
    });
  });

  it("fetches an image once however often it is shown", () => {
    plane.preload(image);
    plane.show(image, layers, LOOK);
    const picture = element.querySelector("img");
    plane.show(image, layers, LOOK);
    expect(element.querySelector("img")).toBe(picture);
  });
});
