import { describe, expect, it } from "vitest";
import { levelsOf } from "./heatmap";

describe("a heatmap's levels", () => {
  it("are the squares of its opacities, whatever the map's strength", () => {
    const expected = [0, 0.25, 1].map((level) => expect.closeTo(level, 2) as number);
    expect([...levelsOf([0, 127.5, 255])]).toEqual(expected);
    expect([...levelsOf([0, 30, 60])]).toEqual(expected);
    expect([...levelsOf([0, 0])]).toEqual([0, 0]);
  });
});
