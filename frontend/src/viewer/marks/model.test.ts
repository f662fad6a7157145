import { describe, expect, it } from "vitest";
import {
  addMark,
  edgesOf,
  grownBy,
  movedTo,
  nextShape,
  parseMarks,
  pointMark,
  removeMark,
  SMALLEST,
  withEdges,
  type Mark,
} from "./model";

const image = { width: 100, height: 60 };
const a = pointMark("one", "mass", { x: 10, y: 10 });
const b = pointMark("one", "mass", { x: 30, y: 10 });
const c = pointMark("two", "mass", { x: 10, y: 10 });
const box: Mark = { ...a, shape: "box", x: 20, y: 20, width: 10, height: 20 };

function onImage(mark: Mark): boolean {
  const { left, top, right, bottom } = edgesOf(mark);
  const slack = 1e-9;
  return left >= -slack && top >= -slack && right <= 100 + slack && bottom <= 60 + slack;
}

describe("marks", () => {
  it("are added up to the limit and no further, and removed by their place", () => {
    const two = addMark(addMark([], a, 2), b, 2);
    expect(two).toEqual([a, b]);
    expect(addMark(two, c, 2)).toBe(two);
    expect(removeMark([a, b, c], 1)).toEqual([a, c]);
    expect(removeMark([a], 5)).toEqual([a]);
  });

  it("span two corners given in any order", () => {
    const edges = { left: 40, top: 30, right: 20, bottom: 10 };
    expect(withEdges(box, edges, image)).toMatchObject({ x: 30, y: 20, width: 20, height: 20 });
  });

  it("stay on the image and keep a size, whatever is asked of them", () => {
    const corners = [-50, -0.04, 0, 0.04, 33.333, 99.97, 100, 400];
    for (const left of corners) {
      for (const right of corners) {
        const drawn = withEdges(box, { left, top: left, right, bottom: right }, image);
        expect(onImage(drawn), JSON.stringify(drawn)).toBe(true);
        expect(Math.min(drawn.width, drawn.height)).toBeGreaterThanOrEqual(SMALLEST - 1e-9);
        expect(onImage(movedTo(drawn, { x: left, y: right }, image))).toBe(true);
        const grown = grownBy(drawn, right, -left, image);
        expect(onImage(grown)).toBe(true);
        expect(grown.width).toBeGreaterThanOrEqual(SMALLEST);
      }
    }
  });

  it("move without changing their size, and grow about their centre", () => {
    const moved = movedTo(box, { x: 50.04, y: 30 }, image);
    expect(moved).toMatchObject({ x: 50.05, y: 30, width: 10, height: 20 });
    expect(grownBy(box, 4, -6, image)).toMatchObject({ x: 20, y: 20, width: 14, height: 14 });
    expect(grownBy(a, 4, 4, image)).toBe(a);
  });

  it("are read back as they were written, and old ones as points", () => {
    expect(parseMarks(JSON.stringify([a, box]))).toEqual([a, box]);
    expect(parseMarks('[{"image":"one","finding":"mass","x":10,"y":10}]')).toEqual([a]);
  });

  it("leave out what isn't a mark", () => {
    const broken = [
      { ...a, x: "1" },
      { ...a, shape: "star" },
      { ...box, width: 0 },
      { ...a, certainty: "sure" },
      3,
      null,
    ];
    expect(parseMarks(JSON.stringify(broken))).toEqual([]);
    expect(parseMarks("not json")).toEqual([]);
    expect(parseMarks('{"image":"one"}')).toEqual([]);
    expect(parseMarks(null)).toEqual([]);
  });

  it("go round the shapes", () => {
    expect(["point", "box", "ellipse"].map((shape) => nextShape(shape as Mark["shape"]))).toEqual([
      "box",
      "ellipse",
      "point",
    ]);
  });
});
