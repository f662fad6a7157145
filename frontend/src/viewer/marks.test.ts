import { describe, expect, it } from "vitest";
import { addMark, nearestMark, parseMarks, removeMark, type Mark } from "./marks";

const a: Mark = { image: "one", finding: "mass", x: 10, y: 10 };
const b: Mark = { image: "one", finding: "mass", x: 30, y: 10 };
const c: Mark = { image: "two", finding: "mass", x: 10, y: 10 };

describe("marks", () => {
  it("adds up to the limit and no further", () => {
    const two = addMark(addMark([], a, 2), b, 2);
    expect(two).toEqual([a, b]);
    expect(addMark(two, c, 2)).toBe(two);
  });

  it("removes one by its place in the list", () => {
    expect(removeMark([a, b, c], 1)).toEqual([a, c]);
    expect(removeMark([a], 5)).toEqual([a]);
  });

  it("finds the nearest mark of the same image within reach", () => {
    expect(nearestMark([a, b, c], "one", { x: 26, y: 10 }, 6)).toBe(1);
    expect(nearestMark([a, b, c], "two", { x: 11, y: 10 }, 6)).toBe(2);
    expect(nearestMark([a, b, c], "one", { x: 80, y: 80 }, 6)).toBe(-1);
  });

  it("reads what it wrote and leaves out what isn't a mark", () => {
    expect(parseMarks(JSON.stringify([a, c]))).toEqual([a, c]);
    expect(parseMarks('[{"image":"one","finding":"mass","x":"1","y":2}, 3, null]')).toEqual([]);
    expect(parseMarks("not json")).toEqual([]);
    expect(parseMarks('{"image":"one"}')).toEqual([]);
    expect(parseMarks(null)).toEqual([]);
  });
});
