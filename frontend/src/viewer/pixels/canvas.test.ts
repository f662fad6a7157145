import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sampleImage } from "../samples";
import { CanvasPicture, paint } from "./canvas";
import { AS_STORED } from "./picture";
import { earlyValues, takeValues, valuesOf } from "./values";

const image = sampleImage("a", { width: 2, height: 2 });
const answer = (): Response => new Response(new Uint8Array([0, 64, 128, 255]));

function greys(numbers: number[], lower: number, upper: number, inverted = false): number[] {
  const pixels = new Uint32Array(numbers.length);
  const values = { ...valuesOf(image, new Uint8Array(4)), numbers: Int16Array.from(numbers) };
  paint(pixels, values, { lower, upper }, inverted);
  return [...pixels].map((pixel) => {
    const bytes = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    expect(new Set(bytes).size).toBe(1);
    expect(pixel >>> 24).toBe(255);
    return pixel & 255;
  });
}

describe("the first picture", () => {
  beforeEach(() => {
    const drawn = { data: new Uint8ClampedArray(16) };
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
      createImageData: () => drawn,
      putImageData: vi.fn(),
    } as unknown as ReturnType<HTMLCanvasElement["getContext"]>);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("goes from black to white over the window, clamped at both ends", () => {
    expect(greys([-500, 0, 40, 80, 900], 0, 80)).toEqual([0, 0, 128, 255, 255]);
    expect(greys([-500, 0, 40, 80, 900], 0, 80, true)).toEqual([255, 255, 127, 0, 0]);
  });

  it("tells loading, then ready, and knows the value under a point", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(answer()));
    const onStatus = vi.fn();
    const picture = new CanvasPicture({ onStatus, onProgress: () => undefined });
    picture.adjust(AS_STORED);
    picture.show(image);
    expect(picture.valueAt({ x: 0, y: 0 })).toBeNull();
    await vi.waitFor(() => {
      expect(onStatus.mock.calls.flat()).toEqual(["loading", "ready"]);
    });
    expect(picture.valueAt({ x: 1.5, y: 1.5 })).toBe(255);
    expect(picture.valueAt({ x: 2, y: 0 })).toBeNull();
    await takeValues(image);
  });

  it("hands its values over once, and asks again after a failure", async () => {
    const fetched = vi
      .fn()
      .mockRejectedValueOnce(new Error("offline"))
      .mockImplementation(() => Promise.resolve(answer()));
    vi.stubGlobal("fetch", fetched);
    await expect(earlyValues(image)).rejects.toThrow("offline");
    const kept = await earlyValues(image);
    expect(await earlyValues(image)).toBe(kept);
    expect(await takeValues(image)).toBe(kept);
    expect(fetched).toHaveBeenCalledTimes(2);
    await takeValues(image);
    expect(fetched).toHaveBeenCalledTimes(3);
  });
});
