import { afterEach, describe, expect, it, vi } from "vitest";
import { prefetch } from "./prefetch";

const now = (): Promise<void> => Promise.resolve();

describe("prefetch", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("fetches one after the other, each to its end", async () => {
    const order: string[] = [];
    vi.stubGlobal(
      "fetch",
      vi.fn((url: string) => {
        order.push(url);
        return Promise.resolve(new Response("values"));
      }),
    );
    expect(await prefetch(["/a", "/b"], now)).toBe(2);
    expect(order).toEqual(["/a", "/b"]);
  });

  it("stops at a refusal and when the connection is gone", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response("", { status: 404 })));
    expect(await prefetch(["/a", "/b"], now)).toBe(0);
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("offline")));
    expect(await prefetch(["/a"], now)).toBe(0);
  });
});
