import { beforeEach, describe, expect, it, vi } from "vitest";
import { stageKey, viewerKey, viewerKeyOf } from "./keys";
import { pointMark, type MarkEditor, type MarkEditorOptions } from "./marks";
import type { Room } from "./room";
import {
  sampleEditor,
  sampleHeatmap,
  sampleImage,
  sampleRoom,
  stillStages,
  type SampleRoom,
} from "./samples";
import type { Heatmap, Layers, ViewerImage } from "./types";

function image(id: string, series: number, slice: number): ViewerImage {
  return sampleImage(id, { series, slice });
}

function heatmap(finding: string, method: string, image = "a"): Heatmap {
  const id = `${finding} ${method}`;
  return sampleHeatmap({ id, image, url: `/${id}`, finding, label: finding, method });
}

function withHeatmaps(): Layers {
  return {
    heatmaps: [
      heatmap("mass", "gradcam"),
      heatmap("mass", "gradcam++"),
      heatmap("cyst", "gradcam"),
    ],
    regions: [],
    visible: { heatmap: true, peak: true, regions: true, marks: true },
    opacity: 0.5,
    style: "filled",
    chosen: { finding: "mass", method: "gradcam" },
  };
}

const onMarks = vi.fn<MarkEditorOptions["onChange"]>();

function editor(limit: number): MarkEditor {
  return sampleEditor(limit, onMarks);
}

function build(over: Partial<SampleRoom> = {}): Room {
  const images = [image("a", 0, 0), image("b", 0, 1), image("c", 1, 0)];
  return sampleRoom({ images, editor: editor(2), ...over });
}

describe("room", () => {
  beforeEach(() => {
    vi.clearAllMocks();
    stillStages();
  });

  it("places, limits and removes marks with the keyboard alone, in image pixels", () => {
    const room = build();
    expect(viewerKey(room, "x")).toBe(true);
    expect(room.editor.reticle).toEqual({ x: 100, y: 50 });
    stageKey(room, "Enter", false);
    expect(room.editor.marks).toEqual([pointMark("a", "mass", { x: 100, y: 50 })]);
    expect(stageKey(room, "Enter", false)).toBe(false);
    stageKey(room, "ArrowRight", true);
    expect(room.editor.reticle).toEqual({ x: 109, y: 50 });
    stageKey(room, "Enter", false);
    stageKey(room, "ArrowRight", true);
    stageKey(room, "Enter", false);
    expect(onMarks.mock.lastCall?.[1]).toBe("full");
    expect(room.editor.marks).toHaveLength(2);
    stageKey(room, "ArrowLeft", true);
    stageKey(room, "Delete", false);
    expect(room.editor.marks.map((mark) => mark.x)).toEqual([100]);
  });

  it("keeps the reticle on the image", () => {
    const room = build();
    room.setTool("mark");
    room.editor.showReticle(room.viewer);
    for (let i = 0; i < 60; i += 1) stageKey(room, "ArrowLeft", true);
    expect(room.editor.reticle).toEqual({ x: 0, y: 50 });
  });

  it("doesn't mark where the step takes no marks", () => {
    const room = build({ editor: editor(0) });
    expect(viewerKey(room, "x")).toBe(false);
    room.setTool("mark");
    expect(room.tool).toBe("pan");
  });

  it("goes on to the next shape when the mark key is pressed again", () => {
    const room = build();
    viewerKey(room, "x");
    expect(room.editor.shape).toBe("point");
    viewerKey(room, "x");
    expect(room.editor.shape).toBe("box");
    viewerKey(room, "x");
    viewerKey(room, "x");
    expect(room.editor.shape).toBe("point");
  });

  it("takes a mark of another image into the hand by showing that image", () => {
    const room = build();
    room.show(1);
    viewerKey(room, "x");
    stageKey(room, "Enter", false);
    room.show(0);
    room.pickUpMark(0);
    expect(room.image.id).toBe("b");
    expect(room.editor.selected).toBe(0);
    stageKey(room, "ArrowLeft", false);
    expect(room.editor.marks[0]?.x).toBeCloseTo(98.5);
    viewerKey(room, "u");
    expect(room.editor.marks[0]?.x).toBe(100);
  });

  it("shows heatmaps as outlines or as areas", () => {
    const room = build({ layers: withHeatmaps() });
    room.toggle("heatmap");
    viewerKey(room, "o");
    expect([room.layers.style, room.layers.visible.heatmap]).toEqual(["contour", true]);
    viewerKey(room, "o");
    expect(room.layers.style).toBe("filled");
  });

  it("zooms, and comes back to the whole image and neutral grey on 0", () => {
    const room = build();
    viewerKey(room, "+");
    room.adjust({ brightness: 2, contrast: 2 });
    expect(room.viewer.zoomPercent).toBe(125);
    viewerKey(room, "0");
    expect(room.viewer.zoomPercent).toBe(100);
    expect(room.look.adjustment).toEqual({ brightness: 1, contrast: 1 });
  });

  it("steps through slices without leaving the series, and through images with leaving it", () => {
    const room = build();
    room.viewer.step(1, "slice");
    expect(room.image.id).toBe("b");
    room.viewer.step(1, "slice");
    expect(room.image.id).toBe("b");
    viewerKey(room, "]");
    expect(room.image.id).toBe("c");
    viewerKey(room, "]");
    expect(room.image.id).toBe("c");
  });

  it("switches between the methods there are, and takes in a map that comes later", () => {
    const room = build({ layers: withHeatmaps() });
    viewerKey(room, "g");
    expect(room.layers.chosen).toEqual({ finding: "mass", method: "gradcam++" });
    room.choose("cyst");
    expect(room.layers.chosen).toEqual({ finding: "cyst", method: "gradcam" });
    room.choose("mass", "occlusion");
    expect(room.layers.chosen).toEqual({ finding: "mass", method: "gradcam" });
    room.addHeatmap(heatmap("mass", "occlusion", "c"));
    expect(room.image.id).toBe("c");
    expect(room.layers.chosen).toEqual({ finding: "mass", method: "occlusion" });
    viewerKey(room, "g");
    expect(room.layers.chosen.method).toBe("gradcam");
    room.addHeatmap(heatmap("mass", "occlusion", "c"));
    expect(room.layers.heatmaps).toHaveLength(4);
  });

  it("leaves keys of absent layers to others", () => {
    const room = build();
    for (const key of ["h", "g", "o", "p", "r", "m", ","]) expect(viewerKey(room, key)).toBe(false);
  });

  it("hangs four views, marks in whichever is active, and comes down to one and back", () => {
    const views = ["L MLO", "R CC", "R MLO", "L CC"].map((name, series) => {
      const [laterality = "", view = ""] = name.split(" ");
      return sampleImage(name, { series, view, laterality });
    });
    const room = build({ images: views, spacious: true });
    expect(room.viewers.map((viewer) => viewer.image.id)).toEqual([
      "R CC",
      "L CC",
      "R MLO",
      "L MLO",
    ]);
    expect(room.viewers.map((viewer) => viewer.view.align)).toEqual([1, -1, 1, -1]);
    room.activateNext();
    expect(room.image.id).toBe("L CC");
    viewerKey(room, "x");
    stageKey(room, "Enter", false);
    expect(room.editor.marks[0]?.image).toBe("L CC");
    viewerKey(room, "x");
    const reticles = room.viewers.map((viewer) => room.editor.draw(viewer, false).length);
    expect(reticles).toEqual([0, 2, 0, 0]);
    room.toggleSpread();
    expect(room.spread).toBe(false);
    expect(room.viewer.images).toHaveLength(4);
    expect(room.image.id).toBe("L CC");
    room.show(0);
    room.toggleSpread();
    expect(room.image.id).toBe("L MLO");
    expect(room.viewers.map((viewer) => viewer.image.id)).toContain("R CC");
  });

  it("scrolls, zooms and windows two sequences together, or each alone", () => {
    const images = [0, 1].flatMap((series) =>
      [0, 1, 2].map((slice) => sampleImage(`${series}.${slice}`, { series, slice })),
    );
    const room = build({ images, spacious: true });
    const ids = (): string[] => room.viewers.map((viewer) => viewer.image.id);
    expect(room.linked).toBe(true);
    room.viewer.step(1, "slice");
    expect(ids()).toEqual(["0.1", "1.1"]);
    viewerKey(room, "+");
    viewerKey(room, "i");
    expect(room.viewers.map((viewer) => viewer.zoomPercent)).toEqual([125, 125]);
    expect(room.viewers.map((viewer) => viewer.look.inverted)).toEqual([true, true]);
    viewerKey(room, "j");
    room.viewer.step(1, "slice");
    expect(ids()).toEqual(["0.2", "1.1"]);
  });

  it("leads linked breasts to the same part, left and right changed over", () => {
    const size = { width: 512, height: 672 };
    const images = ["R", "L"].map((laterality, series) =>
      sampleImage(laterality, { series, laterality, view: "CC", ...size }),
    );
    const room = build({ images, spacious: true });
    room.toggleLinked();
    room.viewer.zoom(6);
    room.viewer.pan(120, -60);
    const [right, left] = room.viewers.map((viewer) => viewer.toImage(viewer.middle));
    expect(right?.x).not.toBeCloseTo(256, 0);
    expect(left?.x).toBeCloseTo(512 - (right?.x ?? 0), 4);
    expect(left?.y).toBeCloseTo(right?.y ?? 0, 4);
  });

  it("begins with the image asked for, in the viewport that has it", () => {
    const images = [0, 1].map((series) => sampleImage(`s${series}`, { series }));
    const room = build({ images, spacious: true, start: "s1" });
    expect(room.image.id).toBe("s1");
    expect(room.viewer).toBe(room.viewers[1]);
  });

  it("turns and mirrors, and lies straight again on 0", () => {
    const room = build();
    viewerKey(room, "t");
    viewerKey(room, "f");
    expect([room.viewer.view.turn, room.viewer.view.mirrored]).toEqual([270, true]);
    viewerKey(room, "0");
    expect([room.viewer.view.turn, room.viewer.view.mirrored]).toEqual([0, false]);
  });

  it("measures with a tool, and takes the last measure away with Delete", () => {
    const room = build();
    viewerKey(room, "l");
    expect(room.tool).toBe("length");
    expect(stageKey(room, "Delete", false)).toBe(false);
    stageKey(room, "Escape", false);
    expect(room.tool).toBe("pan");
  });

  it("shows a window of the image by its number, whatever the keyboard writes", () => {
    const windows = [
      { center: 40, width: 80, label: "As stored" },
      { center: 500, width: 2200, label: "Bone" },
    ];
    const room = build({ images: [sampleImage("a", { windows })] });
    const event = new KeyboardEvent("keydown", { key: '"', code: "Digit2", shiftKey: true });
    expect(viewerKey(room, viewerKeyOf(event))).toBe(true);
    expect(room.look.preset).toBe(1);
    expect(viewerKey(room, "preset-9")).toBe(false);
  });
});
