import { describe, expect, it } from "vitest";
import { handleAt, markAt } from "./hits";
import { pointMark, type Mark } from "./model";

const point = pointMark("one", "mass", { x: 10, y: 10 });
const box: Mark = { ...point, shape: "box", x: 50, y: 50, width: 40, height: 20 };
const ellipse: Mark = { ...box, shape: "ellipse", x: 150 };
const marks = [point, box, ellipse, { ...point, image: "two" }];

describe("what lies under a pointer", () => {
  it("is the nearest mark of that image, by its centre or its line", () => {
    expect(markAt(marks, "one", { x: 13, y: 12 }, 5)).toBe(0);
    expect(markAt(marks, "two", { x: 13, y: 12 }, 5)).toBe(3);
    expect(markAt(marks, "one", { x: 72, y: 45 }, 5)).toBe(1);
    expect(markAt(marks, "one", { x: 51, y: 50 }, 5)).toBe(1);
    expect(markAt(marks, "one", { x: 171, y: 50 }, 5)).toBe(2);
    expect(markAt(marks, "one", { x: 150, y: 41 }, 5)).toBe(2);
  });

  it("is nothing inside a shape away from line and centre, nor in a corner that an ellipse leaves", () => {
    expect(markAt(marks, "one", { x: 60, y: 50 }, 5)).toBe(-1);
    expect(markAt(marks, "one", { x: 168, y: 59 }, 4)).toBe(-1);
    expect(markAt(marks, "one", { x: 90, y: 50 }, 5)).toBe(-1);
  });

  it("is a handle where one is near, a corner rather than a side", () => {
    expect(handleAt(box, { x: 31, y: 41 }, 5)?.moves).toEqual(["left", "top"]);
    expect(handleAt(box, { x: 70, y: 51 }, 5)?.moves).toEqual(["right"]);
    expect(handleAt({ ...box, width: 4, height: 4 }, { x: 48, y: 49 }, 5)?.moves).toHaveLength(2);
    expect(handleAt(box, { x: 50, y: 50 }, 5)).toBeNull();
    expect(handleAt(point, { x: 10, y: 10 }, 5)).toBeNull();
  });
});
