import { describe, expect, it } from "vitest";
import { sampleImage } from "../samples";
import { adjustedRange, rangeOf, shownRange, windowOf } from "./window";

/** DICOM PS3.3 C.11.2.1.2, function LINEAR, written out. */
function linear(value: number, center: number, width: number): number {
  const shown = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
  return Math.min(Math.max(shown, 0), 255);
}

describe("windows", () => {
  it("are DICOM's function LINEAR", () => {
    for (const [center, width] of [
      [40, 80],
      [500, 2200],
      [128, 256],
    ] as const) {
      const { lower, upper } = rangeOf(center, width);
      for (let value = center - width; value <= center + width; value += width / 13) {
        const shown = Math.min(Math.max(((value - lower) / (upper - lower)) * 255, 0), 255);
        expect(shown).toBeCloseTo(linear(value, center, width), 9);
      }
      expect(windowOf(rangeOf(center, width))).toEqual({ center, width });
    }
  });

  it("change with brightness and contrast as the CSS filter of a plain picture does", () => {
    const range = rangeOf(40, 80);
    const adjustment = { brightness: 1.7, contrast: 0.6 };
    const moved = adjustedRange(range, adjustment);
    for (let value = -10; value <= 90; value += 7) {
      const plain = (value - range.lower) / (range.upper - range.lower);
      const filtered = (plain * adjustment.brightness - 0.5) * adjustment.contrast + 0.5;
      expect((value - moved.lower) / (moved.upper - moved.lower)).toBeCloseTo(filtered, 9);
    }
    const same = adjustedRange(range, { brightness: 1, contrast: 1 });
    expect(same.lower).toBeCloseTo(range.lower, 9);
    expect(same.upper).toBeCloseTo(range.upper, 9);
  });

  it("are the image's whole range where it has none", () => {
    const look = { preset: 0, adjustment: { brightness: 1, contrast: 1 }, inverted: false };
    const found = { lower: 12, upper: 3000 };
    const shown = shownRange(sampleImage("a", { windows: [] }), look, found);
    expect(shown.lower).toBeCloseTo(12);
    expect(shown.upper).toBeCloseTo(3000);
  });
});
