import { afterEach, describe, expect, it, vi } from "vitest";
import { sampleImage } from "../samples";
import type { ViewerImage } from "../types";
import { fetchValues, valuesOf } from "./values";

function image(values: Partial<ViewerImage["values"]>): ViewerImage {
  const told = { url: "/v", bits: 16, slope: 1, intercept: 0, unit: "", ...values };
  return sampleImage("a", { width: 3, height: 1, values: told });
}

describe("values", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("are read low byte first, and become Hounsfield units", () => {
    const bytes = new Uint8Array([0x00, 0x00, 0x00, 0x04, 0x28, 0x04]);
    const made = valuesOf(image({ intercept: -1024, unit: "HU" }), bytes);
    expect([...made.numbers]).toEqual([-1024, 0, 40]);
    expect(made.numbers).toBeInstanceOf(Int16Array);
    expect([made.lowest, made.highest]).toEqual([-1024, 40]);
  });

  it("stay as they are without rescaling, and are exact with a slope of any kind", () => {
    expect([...valuesOf(image({ bits: 8 }), new Uint8Array([1, 2, 255])).numbers]).toEqual([
      1, 2, 255,
    ]);
    const made = valuesOf(image({ slope: 0.5 }), new Uint8Array([1, 0, 2, 0, 3, 0]));
    expect([...made.numbers]).toEqual([0.5, 1, 1.5]);
  });

  it("are refused where bytes are missing", () => {
    expect(() => valuesOf(image({}), new Uint8Array(5))).toThrow(RangeError);
  });

  it("are fetched with the share that has come", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array([1, 0, 2]));
        controller.enqueue(new Uint8Array([0, 3, 0]));
        controller.close();
      },
    });
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response(body)));
    const shares: number[] = [];
    const made = await fetchValues(image({}), (share) => shares.push(share));
    expect([...made.numbers]).toEqual([1, 2, 3]);
    expect(shares).toEqual([0.5, 1]);
  });

  it("are an error where the server refuses them", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response("", { status: 404 })));
    await expect(fetchValues(image({}))).rejects.toThrow("404");
  });
});
