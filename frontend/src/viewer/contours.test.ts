import { describe, expect, it } from "vitest";
import { contourOf, joined, pathOf, type Grid } from "./contours";

/** A grid of one value in a square and another around it. */
function square(size: number, low: number, high: number, from: number, to: number): Grid {
  const levels = new Float32Array(size * size).fill(low);
  for (let y = from; y < to; y++) for (let x = from; x < to; x++) levels[y * size + x] = high;
  return { width: size, height: size, levels };
}

describe("outlines", () => {
  it("go round what is above the level, in shares of the image", () => {
    const { segments } = contourOf(square(20, 0, 1, 5, 15), 0.5);
    const points = segments.flat();
    // The line stands half-way between the last pixel inside (middle at 5.5) and the first outside (4.5).
    for (const { x, y } of points) {
      const edge = Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5));
      expect(edge).toBeGreaterThan(0.22);
      expect(edge).toBeLessThanOrEqual(0.25 + 1e-9);
    }
    expect(segments.length).toBeGreaterThanOrEqual(36);
  });

  it("close: every end is the end of exactly two pieces, at the image's edge too", () => {
    for (const grid of [square(12, 0, 1, 3, 7), square(12, 0, 1, 0, 5), square(8, 1, 1, 0, 8)]) {
      const ends = new Map<string, number>();
      for (const { x, y } of contourOf(grid, 0.4).segments.flat()) {
        const name = `${x.toFixed(6)} ${y.toFixed(6)}`;
        ends.set(name, (ends.get(name) ?? 0) + 1);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x, y)).toBeLessThanOrEqual(1);
      }
      expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true);
    }
  });

  it("are joined to one closed line a patch, without losing a piece", () => {
    const two = square(20, 0, 1, 2, 6);
    for (let y = 10; y < 16; y++) for (let x = 9; x < 18; x++) two.levels[y * 20 + x] = 1;
    const { segments } = contourOf(two, 0.5);
    const lines = joined(segments);
    expect(lines).toHaveLength(2);
    expect(lines.reduce((sum, line) => sum + line.length - 1, 0)).toBe(segments.length);
    for (const line of lines) expect(line[0]).toEqual(line.at(-1));
    const path = pathOf(lines, ({ x, y }) => ({ x: 100 * x, y: 100 * y }));
    expect(path.match(/M/g)).toHaveLength(2);
    expect(pathOf([], (point) => point)).toBe("");
  });

  it("are nothing where nothing reaches the level", () => {
    expect(contourOf(square(8, 0, 0.3, 2, 5), 0.5).segments).toEqual([]);
  });
});
