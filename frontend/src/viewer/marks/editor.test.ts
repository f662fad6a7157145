import { beforeEach, describe, expect, it, vi } from "vitest";
import { fitView, toImage, toStage, type Point, type View } from "../geometry";
import { sampleImage } from "../samples";
import type { ViewerImage } from "../types";
import { MarkEditor, type MarkEditorOptions } from "./editor";
import { pointMark, type Mark } from "./model";
import type { MarkSurface } from "./surface";

const onChange = vi.fn<MarkEditorOptions["onChange"]>();
const image = sampleImage("a");

/** A viewport of 2 stage pixels an image pixel, from (10, 20), turned a quarter clockwise where asked. */
function surface(turned = false, over: Partial<ViewerImage> = {}): MarkSurface {
  return {
    image: { ...image, ...over },
    scale: 2,
    middle: { x: 210, y: 120 },
    toStage: ({ x, y }) =>
      turned ? { x: 220 - 2 * y, y: 20 + 2 * x } : { x: 10 + 2 * x, y: 20 + 2 * y },
    toImage: ({ x, y }) =>
      turned ? { x: (y - 20) / 2, y: (220 - x) / 2 } : { x: (x - 10) / 2, y: (y - 20) / 2 },
    bring: vi.fn(),
  };
}

function editor(limit = 3, marks: readonly Mark[] = []): MarkEditor {
  return new MarkEditor({ marks, limit, finding: () => "mass", onChange, redraw: vi.fn() });
}

function said(): string | undefined {
  return onChange.mock.lastCall?.[1];
}

function drag(one: MarkEditor, on: MarkSurface, from: Point, to: Point): boolean {
  const taken = one.press(on, on.toStage(from));
  one.drag(on, on.toStage(to));
  one.drop();
  return taken;
}

describe("marking by pointer", () => {
  let on: MarkSurface;
  beforeEach(() => {
    vi.clearAllMocks();
    on = surface();
  });

  it("places points by taps, picks one up rather than doubling it, and says when the list is full", () => {
    const one = editor(2);
    one.tap(on, { x: 50, y: 60 });
    expect(one.marks).toEqual([pointMark("a", "mass", { x: 20, y: 20 })]);
    one.tap(on, { x: 55, y: 60 });
    expect(one.marks).toHaveLength(1);
    expect([said(), one.selected]).toEqual(["picked", 0]);
    one.tap(on, { x: 150, y: 60 });
    one.tap(on, { x: 250, y: 60 });
    expect(one.marks).toHaveLength(2);
    expect(said()).toBe("full");
  });

  it("leaves a prior alone, and says why", () => {
    const one = editor();
    const prior = surface(false, { months_before: 14 });
    one.setShape("box");
    expect(one.press(prior, { x: 50, y: 60 })).toBe(false);
    one.tap(prior, { x: 50, y: 60 });
    expect([one.marks, said()]).toEqual([[], "prior"]);
    onChange.mockClear();
    one.showReticle(prior);
    expect([one.key(prior, "ArrowLeft", false), one.key(prior, " ", false)]).toEqual([false, true]);
    expect([one.marks, said()]).toEqual([[], "prior"]);
  });

  it("leaves a drag with the point tool to the picture, and taps beside the image alone", () => {
    const one = editor();
    expect(one.press(on, { x: 50, y: 60 })).toBe(false);
    one.tap(on, { x: 2, y: 2 });
    expect(one.marks).toEqual([]);
  });

  it("draws, moves and resizes a box by drags, each one step of undo", () => {
    const one = editor();
    one.setShape("box");
    expect(drag(one, on, { x: 20, y: 10 }, { x: 60, y: 40 })).toBe(true);
    const drawn = { shape: "box", x: 40, y: 25, width: 40, height: 30 };
    expect(one.marks).toMatchObject([drawn]);
    expect(one.selected).toBe(0);
    drag(one, on, { x: 40, y: 25 }, { x: 80, y: 45 });
    expect(one.marks).toMatchObject([{ ...drawn, x: 80, y: 45 }]);
    drag(one, on, { x: 100, y: 60 }, { x: 120, y: 80 });
    expect(one.marks).toMatchObject([{ x: 90, y: 55, width: 60, height: 50 }]);
    expect(one.marks).toHaveLength(1);
    expect(one.undo()).toBe(true);
    expect(one.marks).toMatchObject([{ ...drawn, x: 80, y: 45 }]);
    expect([one.undo(), one.undo(), one.undo()]).toEqual([true, true, false]);
    expect(one.marks).toEqual([]);
    expect([one.redo(), one.redo(), one.redo(), one.redo()]).toEqual([true, true, true, false]);
    expect(one.marks).toMatchObject([{ x: 90, y: 55, width: 60, height: 50 }]);
  });

  it("draws the same image pixels on a turned image", () => {
    const one = editor();
    one.setShape("ellipse");
    drag(one, surface(true), { x: 20, y: 10 }, { x: 60, y: 40 });
    expect(one.marks).toMatchObject([{ shape: "ellipse", x: 40, y: 25, width: 40, height: 30 }]);
  });

  it("gives a shape to a tap, and nothing to a drag that was given up or to a full list", () => {
    const one = editor(1);
    one.setShape("box");
    one.press(on, { x: 50, y: 60 });
    one.drag(on, { x: 150, y: 100 });
    one.cancel();
    one.drop();
    expect(one.marks).toEqual([]);
    one.tap(on, { x: 210, y: 120 });
    expect(one.marks).toMatchObject([{ shape: "box", x: 100, y: 50, width: 28, height: 28 }]);
    drag(one, on, { x: 10, y: 10 }, { x: 30, y: 30 });
    expect(one.marks).toHaveLength(1);
    expect(said()).toBe("full");
  });

  it("changes nothing where the step takes no marks", () => {
    const one = editor(0, [pointMark("a", "mass", { x: 20, y: 20 })]);
    expect(one.press(on, { x: 50, y: 60 })).toBe(false);
    one.tap(on, { x: 150, y: 60 });
    one.remove(0);
    expect(one.key(on, "Delete", false)).toBe(false);
    expect(one.marks).toHaveLength(1);
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe("marks under any view", () => {
  it("are the same image pixels whatever the zoom, turn and mirror", () => {
    const size = { width: 200, height: 100 };
    for (const turn of [0, 90, 180, 270] as const) {
      for (const mirrored of [false, true]) {
        for (const [scale, x, y] of [
          [0.37, 12.5, -40],
          [1, 0, 0],
          [7.3, -311.7, 95.2],
        ] as const) {
          const view: View = {
            ...fitView(size, { width: 800, height: 600 }),
            scale,
            x,
            y,
            turn,
            mirrored,
          };
          const on: MarkSurface = {
            ...surface(),
            scale,
            toImage: (at) => toImage(view, at),
            toStage: (point) => toStage(view, point),
          };
          const one = editor(2);
          one.setShape("box");
          drag(one, on, { x: 20, y: 10 }, { x: 60, y: 40 });
          expect(one.marks).toMatchObject([{ x: 40, y: 25, width: 40, height: 30 }]);
          // The drawn line comes back to the same corners.
          const path = one.draw(on, true)[0]?.querySelector(".line")?.getAttribute("d") ?? "";
          const ends = [...path.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].slice(0, 4);
          const corners = ends.map(([, left, top]) =>
            on.toImage({ x: Number(left), y: Number(top) }),
          );
          const xs = corners.map((corner) => corner.x).sort((a, b) => a - b);
          const ys = corners.map((corner) => corner.y).sort((a, b) => a - b);
          for (const [index, edge] of [20, 20, 60, 60].entries())
            expect(xs[index]).toBeCloseTo(edge, 0);
          for (const [index, edge] of [10, 10, 40, 40].entries())
            expect(ys[index]).toBeCloseTo(edge, 0);
          one.setShape("point");
          one.tap(on, on.toStage({ x: 150.3, y: 70.7 }));
          expect(one.marks[1]?.x).toBeCloseTo(150.3, 5);
          expect(one.marks[1]?.y).toBeCloseTo(70.7, 5);
        }
      }
    }
  });
});

describe("marking by keyboard", () => {
  let on: MarkSurface;
  const press = (one: MarkEditor, ...keys: string[]): void => {
    for (const key of keys) one.key(on, key.replace("Shift+", ""), key.startsWith("Shift+"));
  };
  beforeEach(() => {
    vi.clearAllMocks();
    on = surface();
  });

  it("draws a box between two presses of Enter, and commits with the third", () => {
    const one = editor();
    one.setShape("box");
    one.showReticle(on);
    expect(one.reticle).toEqual({ x: 100, y: 50 });
    press(one, "Enter");
    expect(said()).toBe("started");
    press(one, "Shift+ArrowRight", "ArrowDown", "ArrowDown", "Enter");
    expect(one.marks).toMatchObject([{ shape: "box", x: 109, y: 53, width: 18, height: 6 }]);
    expect(one.busy).toBe(false);
    expect(one.key(on, "Enter", false)).toBe(false);
  });

  it("gives up a corner, then the reticle, then nothing on Escape", () => {
    const one = editor();
    one.setShape("ellipse");
    one.showReticle(on);
    press(one, "Enter");
    expect(one.key(on, "Escape", false)).toBe(true);
    expect(one.reticle).not.toBeNull();
    expect(one.key(on, "Escape", false)).toBe(true);
    expect(one.reticle).toBeNull();
    expect(one.key(on, "Escape", false)).toBe(false);
  });

  it("takes a mark into the hand, moves and resizes it, as one step of undo a hold", () => {
    const box: Mark = {
      ...pointMark("a", "mass", { x: 40, y: 40 }),
      shape: "box",
      width: 20,
      height: 20,
    };
    const one = editor(3, [box]);
    expect(one.next(on)).toBe(true);
    press(one, "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowUp");
    expect(one.marks).toMatchObject([{ x: 46, y: 40, width: 23, height: 17 }]);
    expect(one.busy).toBe(true);
    press(one, "Enter");
    expect([said(), one.busy]).toEqual(["dropped", false]);
    one.undo();
    expect(one.marks).toEqual([box]);
  });

  it("makes wider what is wider on the screen, on a turned image too", () => {
    const box: Mark = {
      ...pointMark("a", "mass", { x: 40, y: 40 }),
      shape: "box",
      width: 20,
      height: 20,
    };
    const one = editor(3, [box]);
    on = surface(true);
    one.next(on);
    press(one, "Shift+ArrowRight");
    expect(one.marks).toMatchObject([{ x: 40, y: 40, width: 20, height: 23 }]);
    press(one, "Shift+ArrowUp", "ArrowDown");
    expect(one.marks).toMatchObject([{ x: 43, y: 40, width: 17, height: 23 }]);
  });

  it("picks up the mark under the reticle instead of doubling it, and goes on to the next with e", () => {
    const one = editor(3, [
      pointMark("a", "mass", { x: 100, y: 50 }),
      pointMark("b", "mass", { x: 1, y: 1 }),
      pointMark("a", "mass", { x: 30, y: 30 }),
    ]);
    one.showReticle(on);
    press(one, "Enter");
    expect([one.marks.length, one.selected]).toEqual([3, 0]);
    one.next(on);
    expect(one.selected).toBe(2);
    one.next(on);
    expect(one.selected).toBe(0);
    press(one, "Delete");
    expect(one.marks).toHaveLength(2);
    expect(one.next(surface(false, { id: "c" }))).toBe(false);
  });

  it("changes what a mark stands for and how sure one is of it", () => {
    const one = editor(3, [pointMark("a", "mass", { x: 100, y: 50 })]);
    one.edit(0, { finding: "cyst" });
    one.edit(0, { certainty: 0.9 });
    one.edit(7, { certainty: 0.9 });
    expect(one.marks).toMatchObject([{ finding: "cyst", certainty: 0.9 }]);
    one.undo();
    expect(one.marks[0]?.certainty).toBeNull();
  });
});

describe("drawing", () => {
  const classes = (groups: readonly SVGGElement[]): (string | null)[] =>
    groups.map((one) => one.getAttribute("class"));

  it("shows this image's marks, earlier ones unless they coincide, and handles on the chosen one", () => {
    const mark = pointMark("a", "mass", { x: 20, y: 20 });
    const box: Mark = { ...mark, shape: "box", x: 60, y: 50, width: 40, height: 20 };
    const one = new MarkEditor({
      marks: [mark, box, pointMark("b", "mass", { x: 1, y: 1 })],
      earlier: [mark, pointMark("a", "mass", { x: 90, y: 90 })],
      limit: 3,
      finding: () => "mass",
      onChange,
      redraw: vi.fn(),
    });
    const on = surface();
    expect(classes(one.draw(on, true))).toEqual(["shape-earlier", "shape-you", "shape-you"]);
    expect(one.draw(on, false)).toEqual([]);
    one.pickUp(on, 1);
    const chosen = one.draw(on, false)[2];
    expect(chosen?.querySelectorAll(".handle")).toHaveLength(8);
    expect(chosen?.querySelector(".line")?.getAttribute("d")).toContain(
      "M90 100L170 100L170 140L90 140Z",
    );
  });

  it("keeps an ellipse's axes on a turned image", () => {
    const mark: Mark = {
      ...pointMark("a", "mass", { x: 60, y: 50 }),
      shape: "ellipse",
      width: 40,
      height: 20,
    };
    const one = editor(3, [mark]);
    const path = one.draw(surface(true), true)[0]?.querySelector(".line")?.getAttribute("d");
    expect(path).toContain("A40 20 90 1 0");
  });
});
