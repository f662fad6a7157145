import { afterEach, describe, expect, it, vi } from "vitest";
import { sampleImage } from "../samples";
import { askedKind, choosePictures } from "./choose";
import type { Picture, PictureEvents, Status } from "./picture";

const events = { onStatus: vi.fn(), onProgress: vi.fn() };

describe("choice of pictures", () => {
  afterEach(() => {
    vi.doUnmock("./cornerstone");
    vi.resetModules();
  });

  it("does as the address asks, where it asks for a kind there is", () => {
    expect(askedKind("?viewer=cpu")).toBe("cpu");
    expect(askedKind("?viewer=magic")).toBeNull();
    expect(askedKind("")).toBeNull();
  });

  it("takes plain images where they are asked for", () => {
    const make = choosePictures([sampleImage("a")], [], "?viewer=plain");
    expect(typeof make === "function" && make(events).kind).toBe("plain");
  });

  it("takes the CPU path without WebGL, which this test's browser hasn't", async () => {
    const maker = vi.fn().mockReturnValue("maker");
    vi.doMock("./cornerstone", () => ({ cornerstoneMaker: maker }));
    const images = [sampleImage("a")];
    const relay = choosePictures(images, [], "");
    if (typeof relay === "function") throw new Error("No relay.");
    // However many viewports ask, Cornerstone starts once.
    expect(await Promise.all([relay.then(), relay.then()])).toEqual(["maker", "maker"]);
    expect(maker).toHaveBeenCalledOnce();
    expect(maker).toHaveBeenCalledWith(images, "cpu");
  });

  it("falls back to plain images where Cornerstone doesn't start", async () => {
    vi.doMock("./cornerstone", () => ({
      cornerstoneMaker: () => {
        throw new Error("no canvas");
      },
    }));
    const relay = choosePictures([sampleImage("a")], [], "?viewer=gpu");
    if (typeof relay === "function") throw new Error("No relay.");
    expect((await relay.then())(events).kind).toBe("plain");
  });

  it("waits for every viewport's first picture and for the hand that drags", async () => {
    const maker = vi.fn().mockReturnValue("maker");
    vi.doMock("./cornerstone", () => ({ cornerstoneMaker: maker }));
    const told: ((status: Status) => void)[] = [];
    const makeFirst = ({ onStatus }: PictureEvents): Picture => {
      told.push(onStatus);
      return {} as Picture;
    };
    const relay = choosePictures([sampleImage("a")], [], "?viewer=cpu", makeFirst);
    if (typeof relay === "function") throw new Error("No relay.");
    relay.first(events);
    relay.first(events);
    told[0]?.("ready");
    const coming = relay.then();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(maker).not.toHaveBeenCalled();
    window.dispatchEvent(new PointerEvent("pointerdown", { pointerId: 1 }));
    // An image that can't be had holds nobody up.
    told[1]?.("error");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(maker).not.toHaveBeenCalled();
    window.dispatchEvent(new PointerEvent("pointerup", { pointerId: 1 }));
    expect(await coming).toBe("maker");
  });
});
