import { describe, expect, it } from "vitest";
import { cssFilter, dragged, fromSlider, limited, NEUTRAL, toSlider } from "./adjust";

describe("brightness and contrast", () => {
  it("leaves the picture alone at neutral", () => {
    expect(cssFilter(NEUTRAL)).toBe("none");
    expect(dragged(NEUTRAL, 0, 0)).toEqual(NEUTRAL);
  });

  it("takes right for contrast and up for brightness", () => {
    const more = dragged(NEUTRAL, 180, -180);
    expect(more.contrast).toBeCloseTo(2);
    expect(more.brightness).toBeCloseTo(2);
  });

  it("stays within its limits", () => {
    expect(limited({ brightness: 99, contrast: 0 })).toEqual({ brightness: 4, contrast: 0.2 });
  });

  it("reads back from a slider what it wrote to it", () => {
    expect(toSlider(1)).toBe(0);
    for (const value of [-100, -20, 0, 35, 100]) expect(toSlider(fromSlider(value))).toBe(value);
  });
});
