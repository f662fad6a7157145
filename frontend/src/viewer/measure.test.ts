import { describe, expect, it, vi } from "vitest";
import { drawMeasures, measured, Ruler } from "./measure";

const size = { width: 200, height: 100 };

describe("measures", () => {
  it("are millimetres where the spacing is known, and pixels that say so where not", () => {
    const length = {
      image: "a",
      tool: "length" as const,
      points: [
        { x: 0, y: 0 },
        { x: 30, y: 40 },
      ],
    };
    expect(measured(length, 0.2)).toBe("10.0 mm");
    expect(measured(length, null)).toBe("50 px");
  });

  it("give the angle at the corner, never more than half a turn", () => {
    const points = [
      { x: 10, y: 0 },
      { x: 0, y: 0 },
      { x: 0, y: 10 },
    ];
    expect(measured({ image: "a", tool: "angle", points }, null)).toBe("90°");
    const flat = [
      { x: 10, y: -1 },
      { x: 0, y: 0 },
      { x: -10, y: -1 },
    ];
    expect(measured({ image: "a", tool: "angle", points: flat }, null)).toBe("169°");
    expect(measured({ image: "a", tool: "angle", points: points.slice(0, 2) }, null)).toBe("");
  });

  it("are drawn out with the pointer, kept on the image, and taken away one by one", () => {
    const redraw = vi.fn();
    const ruler = new Ruler(redraw);
    ruler.press("length", "a", size, { x: 10, y: 10 });
    ruler.drag(size, { x: 900, y: 10 });
    ruler.drop();
    expect(ruler.of("a")[0]?.points[1]).toEqual({ x: 200, y: 10 });
    expect(ruler.of("b")).toEqual([]);
    ruler.press("angle", "a", size, { x: 0, y: 0 });
    ruler.drag(size, { x: 10, y: 0 });
    ruler.drop();
    ruler.press("angle", "a", size, { x: 10, y: 10 });
    ruler.drop();
    expect(ruler.measures).toHaveLength(2);
    expect(ruler.removeLast()).toBe(true);
    expect(ruler.removeLast()).toBe(true);
    expect(ruler.removeLast()).toBe(false);
    expect(redraw).toHaveBeenCalled();
  });

  it("without any length are forgotten", () => {
    const ruler = new Ruler(vi.fn());
    ruler.press("length", "a", size, { x: 10, y: 10 });
    ruler.drop();
    expect(ruler.measures).toEqual([]);
  });

  it("are drawn with their words", () => {
    const measure = {
      image: "a",
      tool: "length" as const,
      points: [
        { x: 0, y: 0 },
        { x: 3, y: 4 },
      ],
    };
    const [group] = drawMeasures([measure], null, (point) => point);
    expect(group?.querySelectorAll("polyline")).toHaveLength(2);
    expect(group?.textContent).toContain("5 px");
  });
});
