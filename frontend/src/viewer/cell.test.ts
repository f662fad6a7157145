import { beforeEach, describe, expect, it, vi } from "vitest";
import { partsOf, refreshCell, showProgress, showStatus, showValue, type CellParts } from "./cell";
import { Ruler } from "./measure";
import { plainPictures, sampleEditor, sampleImage, sampleLayers, stillStages } from "./samples";
import type { ViewerImage } from "./types";
import { Viewer } from "./viewer";

const PAGE = `
  <template id="messages"><p data-message="pixel-value">Pixel value</p></template>
  <div id="cell">
    <div data-viewer-stage>
      <div data-viewer-plane></div>
      <svg data-viewer-overlay></svg>
      <span data-viewer-value></span><span data-viewer-caption></span>
      <span data-viewer-window></span><span data-viewer-slice></span><span data-viewer-scale></span>
      <span data-edge="left"></span><span data-edge="right"></span>
      <span data-edge="top"></span><span data-edge="bottom"></span>
    </div>
    <div data-viewer-loading hidden><progress data-viewer-progress max="1" value="0"></progress></div>
    <div data-viewer-trouble hidden></div>
  </div>`;

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`${selector} is missing`);
  return found;
}

function words(part: string): string | null {
  return element(`[data-viewer-${part}]`).textContent;
}

function viewerOf(parts: CellParts, images: readonly ViewerImage[]): Viewer {
  return new Viewer({
    ...parts,
    images,
    layers: sampleLayers(),
    editor: sampleEditor(0),
    ruler: new Ruler(vi.fn()),
    pictures: plainPictures,
    onStatus: vi.fn(),
    onChange: vi.fn(),
  });
}

describe("a viewport's elements", () => {
  let cell: HTMLElement;
  let parts: CellParts;

  beforeEach(() => {
    stillStages();
    document.body.innerHTML = PAGE;
    cell = element("#cell");
    const found = partsOf(cell);
    if (!found) throw new Error("The cell is whole.");
    parts = found;
  });

  it("say whether it is the current examination or a prior, and how old", () => {
    const prior = sampleImage("a", { examination: "Prior, 14 months earlier", laterality: "R" });
    refreshCell(parts, viewerOf(parts, [prior]), "Image 2 of 2");
    expect(words("caption")).toBe("Prior, 14 months earlier · R");
  });

  it("are all there or not to be used", () => {
    parts.plane.remove();
    expect(partsOf(cell)).toBeNull();
  });

  it("say loading or trouble, one at a time, and neither when the image is there", () => {
    const shown = (): boolean[] =>
      ["loading", "trouble"].map((part) => !element(`[data-viewer-${part}]`).hidden);
    showStatus(cell, "loading");
    expect(shown()).toEqual([true, false]);
    showStatus(cell, "error");
    expect(shown()).toEqual([false, true]);
    showStatus(cell, "ready");
    expect(shown()).toEqual([false, false]);
    expect(cell.dataset.status).toBe("ready");
  });

  it("begin the bar anew for another image", () => {
    const bar = cell.querySelector("progress");
    showStatus(cell, "loading");
    showProgress(cell, 0.7);
    expect(bar?.value).toBeCloseTo(0.7);
    showStatus(cell, "loading");
    expect(bar?.value).toBe(0);
  });

  it("give the value under the pointer in its unit, or say that it is a pixel's", () => {
    showValue(cell, 41.6, "HU");
    expect(words("value")).toBe("42 HU");
    showValue(cell, 0, "HU");
    expect(words("value")).toBe("0 HU");
    showValue(cell, 200, "");
    expect(words("value")).toBe("Pixel value 200");
    showValue(cell, null, "HU");
    expect(words("value")).toBe("");
  });

  it("name a film by side and view, another image as the page does", () => {
    const [film, other] = [sampleImage("a", { laterality: "R", view: "CC" }), sampleImage("b")];
    refreshCell(parts, viewerOf(parts, [film]), "Image 1 of 4");
    expect(words("caption")).toBe("R CC");
    expect(words("slice")).toBe("");
    refreshCell(parts, viewerOf(parts, [other]), "Image 2 of 4");
    expect(words("caption")).toBe("Image 2 of 4");
    expect(parts.stage.ariaLabel).toBe("Image 2 of 4");
  });

  it("count slices within their series", () => {
    const images = [0, 1, 2].map((slice) => sampleImage(`s${slice}`, { slice }));
    const viewer = viewerOf(parts, [...images, sampleImage("other", { series: 1 })]);
    viewer.show(1);
    refreshCell(parts, viewer, "Image");
    expect(words("slice")).toBe("2 / 3");
  });

  it("tell the window of images of more than 8 bits as it is after a drag, and of no others", () => {
    const values = { url: "/v", bits: 16, slope: 1, intercept: -1024, unit: "HU" };
    const windows = [{ center: 40, width: 81, label: "Brain" }];
    const deep = viewerOf(parts, [sampleImage("ct", { values, windows })]);
    refreshCell(parts, deep, "Slice");
    expect(words("window")).toBe("C 40 W 81");
    deep.adjust({ brightness: 1, contrast: 2 });
    refreshCell(parts, deep, "Slice");
    expect(words("window")).toBe("C 40 W 41");
    refreshCell(parts, viewerOf(parts, [sampleImage("film")]), "Film");
    expect(words("window")).toBe("");
  });

  it("letter the edges by the patient's sides, turned and mirrored with the picture, or not at all", () => {
    const edges = (): string =>
      ["left", "right", "top", "bottom"]
        .map((edge) => element(`[data-edge="${edge}"]`).textContent || "-")
        .join("");
    const viewer = viewerOf(parts, [sampleImage("ax", { orientation: "L\\P" })]);
    refreshCell(parts, viewer, "");
    expect(edges()).toBe("RLAP");
    viewer.mirror();
    refreshCell(parts, viewer, "");
    expect(edges()).toBe("LRAP");
    viewer.reset();
    viewer.turn(1);
    refreshCell(parts, viewer, "");
    expect(edges()).toBe("PARL");
    refreshCell(parts, viewerOf(parts, [sampleImage("film")]), "");
    expect(edges()).toBe("----");
  });
});
