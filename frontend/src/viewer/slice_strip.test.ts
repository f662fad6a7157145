import { beforeEach, describe, expect, it, vi } from "vitest";
import { bindSliceStrip, sliceByKey, type SliceCall, type StripTarget } from "./slice_strip";
import { sampleImage } from "./samples";
import type { ViewerImage } from "./types";

const images = ["a", "b", "c"].map((id, slice): ViewerImage => {
  return sampleImage(id, { slice, width: 9, height: 9 });
});
const [first] = images as [ViewerImage];
const calls: SliceCall[] = [0.1, 0.9, 0.4].map((probability, index) => {
  return { image: images[index]?.id ?? "", finding: "bleed", probability, threshold: 0.5 };
});

describe("the strip of slices", () => {
  let strip: HTMLElement;
  let place: number;
  const target: StripTarget = {
    images,
    slices: images,
    get image() {
      return images[place] ?? first;
    },
    layers: { chosen: { finding: "bleed" } },
    show: vi.fn((index: number) => {
      place = index;
    }),
  };
  beforeEach(() => {
    document.body.innerHTML =
      '<template id="messages"><p data-message="slice-strip">Slice {n} of {total}: {probability} %</p></template>';
    strip = document.createElement("div");
    place = 0;
  });

  it("has a bar a slice, marks those over the threshold, and says where one is", () => {
    bindSliceStrip(strip, target, calls)();
    expect(strip.hidden).toBe(false);
    expect(strip.querySelectorAll(".strip-bar")).toHaveLength(3);
    expect(strip.querySelectorAll(".strip-over")).toHaveLength(1);
    expect(strip.ariaValueText).toBe("Slice 1 of 3: 10 %");
  });

  it("goes by keys, with Enter to the slice that the AI is most for", () => {
    const refresh = bindSliceStrip(strip, target, calls);
    refresh();
    strip.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(place).toBe(1);
    strip.dispatchEvent(new KeyboardEvent("keydown", { key: "End" }));
    refresh();
    expect(strip.ariaValueText).toBe("Slice 3 of 3: 40 %");
    strip.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
    expect(place).toBe(2);
    expect(sliceByKey("ArrowLeft", 0, 3, 1)).toBe(0);
    expect(sliceByKey("ArrowUp", 1, 3, 1)).toBe(2);
    expect(sliceByKey("h", 1, 3, 1)).toBeNull();
  });

  it("isn't there for a single image or another finding", () => {
    bindSliceStrip(strip, { ...target, slices: images.slice(0, 1), image: first }, calls)();
    expect(strip.hidden).toBe(true);
    const other = { ...target, image: first, layers: { chosen: { finding: "mass" } } };
    bindSliceStrip(strip, other, calls)();
    expect(strip.hidden).toBe(true);
  });
});
