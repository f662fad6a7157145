import { beforeEach, describe, expect, it, vi } from "vitest";
import { stageKey, viewerKey, viewerKeyOf } from "./keys";
import { Ruler } from "./measure";
import type { Room } from "./room";
import {
  sampleEditor,
  sampleHeatmap,
  sampleImage,
  sampleLayers,
  sampleRoom,
  stillStages,
} from "./samples";
import type { Layers } from "./types";

const SIZE = { width: 200, height: 100 };
const HEATMAP = sampleHeatmap({ peak: { x: 10, y: 10 } });

interface Given {
  readonly layers?: Partial<Layers>;
  readonly limit?: number;
  readonly ruler?: Ruler;
}

function build({ layers, limit, ruler }: Given = {}): Room {
  const images = ["a", "b"].map((id, slice) => sampleImage(id, { slice, ...SIZE }));
  return sampleRoom({ images, layers: sampleLayers(layers), editor: sampleEditor(limit), ruler });
}

function pressed(key: string, code = "", shiftKey = false): string {
  return viewerKeyOf(new KeyboardEvent("keydown", { key, code, shiftKey }));
}

describe("keys of the viewer", () => {
  beforeEach(() => {
    stillStages();
  });

  it("are the same with Caps Lock, and leave named keys as they are", () => {
    expect(pressed("V")).toBe("v");
    expect(pressed("PageDown")).toBe("PageDown");
  });

  it("choose a window with Shift and a digit, whatever the layout writes there", () => {
    expect(pressed("!", "Digit1", true)).toBe("preset-1");
    expect(pressed("&", "Digit1")).toBe("&");
    expect(pressed("1", "Digit1")).toBe("1");
    expect(pressed(")", "Digit0", true)).toBe(")");
  });

  it.each([
    ["v", "pan"],
    ["b", "window"],
    ["l", "length"],
    ["a", "angle"],
    ["x", "mark"],
  ])("%s takes the tool %s", (key, tool) => {
    const room = build();
    room.setTool(key === "v" ? "window" : "pan");
    expect(viewerKey(room, key)).toBe(true);
    expect(room.tool).toBe(tool);
  });

  it("undo with the same zoom what the other zoom key did, and pan only where there is more to see", () => {
    const room = build();
    const whole = room.viewer.view;
    stageKey(room, "ArrowRight", false);
    expect(room.viewer.view).toEqual(whole);
    viewerKey(room, "+");
    const zoomed = room.viewer.view;
    expect(zoomed.scale).toBeGreaterThan(whole.scale);
    expect(stageKey(room, "ArrowRight", false)).toBe(true);
    expect(room.viewer.view.x).toBeLessThan(zoomed.x);
    viewerKey(room, "-");
    expect(room.viewer.view.scale).toBeCloseTo(whole.scale);
  });

  it("go through the images by brackets and by page keys, no further than the last", () => {
    const room = build();
    for (const [key, id] of [
      ["]", "b"],
      ["]", "b"],
      ["[", "a"],
      ["PageDown", "b"],
      ["PageUp", "a"],
    ] as const) {
      expect(viewerKey(room, key)).toBe(true);
      expect(room.image.id).toBe(id);
    }
  });

  it("switch layers that are there, and leave the keys of others alone", () => {
    const layers = { heatmaps: [HEATMAP], chosen: { finding: "mass", method: "gradcam" } };
    const room = build({ layers });
    for (const [key, layer] of [
      ["h", "heatmap"],
      ["p", "peak"],
    ] as const) {
      viewerKey(room, key);
      expect(room.layers.visible[layer]).toBe(false);
    }
    expect(viewerKey(room, "r")).toBe(false);
    expect(viewerKey(room, "m")).toBe(false);
    expect(viewerKey(room, "§")).toBe(false);
  });

  it("make the heatmap thinner and stronger within its bounds, and stronger brings it back", () => {
    const layers = { heatmaps: [HEATMAP], opacity: 0.15 };
    const room = build({ layers });
    viewerKey(room, ",");
    viewerKey(room, ",");
    expect(room.layers.opacity).toBe(0);
    viewerKey(room, "h");
    viewerKey(room, ".");
    expect(room.layers.opacity).toBeCloseTo(0.1);
    expect(room.layers.visible.heatmap).toBe(true);
    for (let i = 0; i < 12; i += 1) viewerKey(room, ".");
    expect(room.layers.opacity).toBe(1);
  });

  it("don't mark where no marks are asked for", () => {
    const room = build({ limit: 0 });
    for (const key of ["x", "u", "e"]) expect(viewerKey(room, key)).toBe(false);
    expect(room.tool).toBe("pan");
  });

  it("are the mark tool's own on the stage: arrows move the reticle and not the picture", () => {
    const room = build();
    viewerKey(room, "+");
    viewerKey(room, "x");
    const { view } = room.viewer;
    const before = room.editor.reticle;
    stageKey(room, "ArrowRight", false);
    expect(room.editor.reticle?.x).toBeGreaterThan(before?.x ?? 0);
    expect(room.viewer.view).toEqual(view);
    stageKey(room, "Escape", false);
    stageKey(room, "Escape", false);
    expect(room.tool).toBe("pan");
  });

  it("take measures away while measuring, and leave Delete and arrows to others otherwise", () => {
    const ruler = new Ruler(vi.fn());
    const room = build({ ruler });
    ruler.press("length", "a", SIZE, { x: 10, y: 10 });
    ruler.drag(SIZE, { x: 50, y: 10 });
    ruler.drop();
    expect(stageKey(room, "Delete", false)).toBe(false);
    viewerKey(room, "l");
    expect(stageKey(room, "ArrowLeft", false)).toBe(false);
    expect(stageKey(room, "Delete", false)).toBe(true);
    expect(ruler.measures).toEqual([]);
    expect(stageKey(room, "Delete", false)).toBe(false);
    expect(stageKey(room, "Escape", false)).toBe(true);
    expect(room.tool).toBe("pan");
  });
});
