import { beforeEach, describe, expect, it, vi } from "vitest";
import { mountViewer, type MountOptions } from "./mount";
import type { Room } from "./room";
import { plainPictures, sampleHeatmap, sampleImage, stillStages } from "./samples";
import type { ViewerImage } from "./types";

const PAGE = `
  <template id="messages">
    <p data-message="mark-placed">Mark {n} of at most {limit} placed.</p>
    <p data-message="image-of">Image {n} of {total} {view}</p>
    <p data-message="slice">Slice</p>
  </template>
  <section data-viewer>
    <div data-viewer-fallback></div>
    <div data-viewer-wall data-hanging="" hidden>
      <div data-viewer-cell>
        <div data-viewer-stage tabindex="0"><div data-viewer-plane></div><svg data-viewer-overlay></svg>
          <span data-viewer-caption></span>
        </div>
        <div data-viewer-loading hidden></div>
        <div data-viewer-trouble hidden><button data-do="retry">Try again</button></div>
      </div>
    </div>
    <p data-viewer-announce></p>
    <div data-viewer-strip hidden></div>
    <div data-viewer-layers hidden>
      <span data-heatmap-controls hidden><button data-layer="heatmap"></button></span>
      <button data-layer="peak"></button>
      <button data-layer="regions"></button>
      <button data-layer="marks"></button>
    </div>
    <div data-viewer-tools hidden><button data-do="spread" hidden></button><button data-tool="mark"></button></div>
    <select data-mark-finding><option value="mass">Mass</option></select>
  </section>`;

const HEATMAP = sampleHeatmap();

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`${selector} is missing`);
  return found;
}

const onMarks = vi.fn<MountOptions["onMarks"]>();
const onHeatmap = vi.fn<MountOptions["onHeatmap"]>();

function mount(images: readonly ViewerImage[], over: Partial<MountOptions> = {}): Room | null {
  element("[data-viewer-fallback]").replaceChildren(
    ...images.map(({ id }, index) => {
      const picture = new Image();
      picture.dataset.image = id;
      picture.alt = `Image ${index + 1} of ${images.length}`;
      return picture;
    }),
  );
  return mountViewer(element("[data-viewer]"), {
    images,
    start: "",
    chosen: "",
    heatmaps: [],
    regions: [],
    calls: [],
    marks: [],
    earlier: [],
    markLimit: 0,
    onMarks,
    onHeatmap,
    pictures: plainPictures,
    spacious: true,
    ...over,
  });
}

const FOUR = ["R CC", "L CC", "R MLO", "L MLO"].map((name, series) => {
  const [laterality = "", view = ""] = name.split(" ");
  return sampleImage(name, { series, view, laterality });
});

function captions(): (string | null)[] {
  return [...document.querySelectorAll<HTMLElement>("[data-viewer-cell]:not([hidden])")].map(
    (cell) => cell.querySelector("[data-viewer-caption]")?.textContent ?? null,
  );
}

describe("putting the viewer into the page", () => {
  beforeEach(() => {
    vi.clearAllMocks();
    stillStages();
    document.body.innerHTML = PAGE;
  });

  it("takes the place of the plain images and keeps their names", () => {
    expect(mount([sampleImage("a")])).not.toBeNull();
    expect(document.querySelector("[data-viewer-fallback]")).toBeNull();
    expect(element("[data-viewer-wall]").hidden).toBe(false);
    expect(element("[data-viewer-tools]").hidden).toBe(false);
    expect(element("[data-viewer-stage]").ariaLabel).toBe("Image 1 of 1");
  });

  it("leaves the plain images where the page lacks a part, or has no image", () => {
    expect(mount([])).toBeNull();
    element("[data-viewer-plane]").remove();
    expect(mount([sampleImage("a")])).toBeNull();
    expect(document.querySelectorAll("[data-viewer-fallback] img")).toHaveLength(1);
    expect(element("[data-viewer-wall]").hidden).toBe(true);
  });

  it("hangs four views, and shows the one in use alone when asked to", () => {
    const room = mount(FOUR);
    expect(element("[data-viewer-wall]").dataset.layout).toBe("four");
    expect(captions()).toEqual(["R CC", "L CC", "R MLO", "L MLO"]);
    expect(document.querySelectorAll("[data-active]")).toHaveLength(1);
    room?.activateNext();
    element('[data-do="spread"]').click();
    expect(element("[data-viewer-wall]").dataset.layout).toBe("one");
    expect(captions()).toEqual(["L CC"]);
    expect(document.querySelectorAll("[data-active]")).toHaveLength(0);
  });

  it("shows pictures of the views where not all of them are in sight", () => {
    mount(FOUR);
    const strip = element("[data-viewer-strip]");
    expect(strip.hidden).toBe(true);
    element('[data-do="spread"]').click();
    expect(strip.hidden).toBe(false);
    expect(strip.querySelectorAll("button:not([hidden])")).toHaveLength(4);
  });

  it("hangs as the set wishes, and one at a time where there is no room", () => {
    element("[data-viewer-wall]").dataset.hanging = "two";
    mount(FOUR);
    expect(captions()).toHaveLength(2);
    document.body.innerHTML = PAGE;
    mount(FOUR, { spacious: false });
    expect(captions()).toHaveLength(1);
  });

  it("offers the layers that there is something of, and no bar where there is nothing", () => {
    mount([sampleImage("a")]);
    expect(element("[data-viewer-layers]").hidden).toBe(true);
    document.body.innerHTML = PAGE;
    const room = mount([sampleImage("a")], { heatmaps: [HEATMAP], chosen: "mass" });
    expect(element("[data-viewer-layers]").hidden).toBe(false);
    const offered = [...document.querySelectorAll<HTMLElement>("[data-layer]")]
      .filter((button) => !button.hidden)
      .map((button) => button.dataset.layer);
    expect(offered).toEqual(["heatmap"]);
    expect(onHeatmap).toHaveBeenLastCalledWith({ finding: "mass", method: "gradcam" });
    expect(room?.layers.visible.heatmap).toBe(true);
  });

  it("places a mark by the stage's keys, tells the form and says it", () => {
    const room = mount([sampleImage("a")], { markLimit: 2 });
    element('[data-tool="mark"]').click();
    room?.editor.showReticle(room.viewer);
    const press = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    element("[data-viewer-stage]").dispatchEvent(press);
    expect(press.defaultPrevented).toBe(true);
    expect(onMarks.mock.lastCall?.[0]).toMatchObject([{ image: "a", finding: "mass" }]);
    expect(element("[data-viewer-announce]").textContent).toBe("Mark 1 of at most 2 placed.");
  });

  it("leaves keys with Control to the browser", () => {
    const room = mount([sampleImage("a")]);
    room?.viewer.zoom(4);
    const before = room?.viewer.view;
    const press = new KeyboardEvent("keydown", {
      key: "ArrowLeft",
      ctrlKey: true,
      cancelable: true,
    });
    element("[data-viewer-stage]").dispatchEvent(press);
    expect(press.defaultPrevented).toBe(false);
    expect(room?.viewer.view).toEqual(before);
  });

  it("says that an image couldn't be fetched, and fetches it again on the button", () => {
    mount([sampleImage("a")]);
    const picture = element("[data-viewer-plane] img");
    picture.dispatchEvent(new Event("error"));
    expect(element("[data-viewer-trouble]").hidden).toBe(false);
    element('[data-do="retry"]').click();
    expect(element("[data-viewer-loading]").hidden).toBe(false);
    element("[data-viewer-plane] img").dispatchEvent(new Event("load"));
    expect(element("[data-viewer-loading]").hidden).toBe(true);
    expect(element("[data-viewer-cell]").dataset.status).toBe("ready");
  });
});
