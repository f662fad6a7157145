import { beforeEach, describe, expect, it, vi } from "vitest";
import { toStage, type Point, type View } from "./geometry";
import { Lens } from "./lens";
import { sampleStage } from "./samples";

const RADIUS = 90;
const view: View = {
  width: 200,
  height: 100,
  scale: 4,
  x: 0,
  y: 100,
  turn: 0,
  mirrored: false,
  align: 0,
};

/** Keeps the transform as a canvas does, and where an image's corner and its size would come to lie. */
class Paper {
  filter = "none";
  matrix = new DOMMatrixLike();
  drawn: { matrix: DOMMatrixLike; x: number; y: number; width: number; height: number } | null =
    null;
  setTransform(): void {
    this.matrix = new DOMMatrixLike();
  }
  clearRect(): void {
    this.drawn = null;
  }
  translate(x: number, y: number): void {
    this.matrix = this.matrix.times(1, 0, 0, 1, x, y);
  }
  rotate(angle: number): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.matrix = this.matrix.times(cos, sin, -sin, cos, 0, 0);
  }
  scale(x: number, y: number): void {
    this.matrix = this.matrix.times(x, 0, 0, y, 0, 0);
  }
  drawImage(_: unknown, x: number, y: number, width: number, height: number): void {
    this.drawn = { matrix: this.matrix, x, y, width, height };
  }
}

class DOMMatrixLike {
  constructor(
    readonly parts: readonly [number, number, number, number, number, number] = [1, 0, 0, 1, 0, 0],
  ) {}
  times(a: number, b: number, c: number, d: number, e: number, f: number): DOMMatrixLike {
    const [A, B, C, D, E, F] = this.parts;
    return new DOMMatrixLike([
      A * a + C * b,
      B * a + D * b,
      A * c + C * d,
      B * c + D * d,
      A * e + C * f + E,
      B * e + D * f + F,
    ]);
  }
  at({ x, y }: Point): Point {
    const [a, b, c, d, e, f] = this.parts;
    return { x: a * x + c * y + e, y: b * x + d * y + f };
  }
}

describe("the magnifier", () => {
  let paper: Paper;
  let lens: Lens;
  let canvas: HTMLCanvasElement;
  const source = document.createElement("canvas");

  beforeEach(() => {
    paper = new Paper();
    vi.stubGlobal("devicePixelRatio", 1);
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(
      paper as unknown as CanvasRenderingContext2D & ImageBitmapRenderingContext,
    );
    const stage = sampleStage();
    lens = new Lens(stage);
    const found = stage.querySelector("canvas");
    if (!found) throw new Error("The lens has no canvas.");
    canvas = found;
  });

  /** Where the lens draws an image point, in its own pixels. */
  function inLens(point: Point): Point {
    if (!paper.drawn) throw new Error("Nothing was drawn.");
    const { matrix, x, y } = paper.drawn;
    return matrix.at({ x: point.x + x, y: point.y + y });
  }

  it("stays away until it is asked for, and goes with the pointer", () => {
    lens.show(source, view, { x: 400, y: 300 });
    expect(canvas.hidden).toBe(true);
    lens.toggle();
    lens.show(source, view, { x: 400, y: 300 });
    expect(canvas.hidden).toBe(false);
    expect(canvas.style.transform).toBe("translate(310px, 210px)");
    lens.hide();
    expect([canvas.hidden, lens.on]).toEqual([true, true]);
    lens.show(source, view, { x: 0, y: 0 });
    lens.toggle();
    expect([canvas.hidden, lens.on]).toEqual([true, false]);
  });

  it("shows nothing where there is no picture yet", () => {
    lens.toggle();
    lens.show(null, view, { x: 400, y: 300 });
    expect(canvas.hidden).toBe(true);
  });

  it.each([
    { turn: 0, mirrored: false },
    { turn: 90, mirrored: false },
    { turn: 180, mirrored: true },
    { turn: 270, mirrored: true },
  ] as const)(
    "has the point under the pointer in its middle, twice as large, $turn° $mirrored",
    (laid) => {
      const lying: View = { ...view, ...laid };
      const point = { x: 60, y: 30 };
      const beside = { x: 65, y: 28 };
      const at = toStage(lying, point);
      lens.toggle();
      lens.show(source, lying, at);
      const middle = inLens(point);
      expect(middle.x).toBeCloseTo(RADIUS);
      expect(middle.y).toBeCloseTo(RADIUS);
      // A neighbour lies the same way from the middle as on the stage, twice as far.
      const [inside, outside] = [inLens(beside), toStage(lying, beside)];
      expect(inside.x - middle.x).toBeCloseTo(2 * (outside.x - at.x));
      expect(inside.y - middle.y).toBeCloseTo(2 * (outside.y - at.y));
    },
  );

  it("is as fine as the screen", () => {
    vi.stubGlobal("devicePixelRatio", 2);
    lens.toggle();
    lens.show(source, view, { x: 400, y: 300 });
    expect([canvas.width, canvas.height]).toEqual([4 * RADIUS, 4 * RADIUS]);
    const [one, next] = [inLens({ x: 60, y: 30 }), inLens({ x: 61, y: 30 })];
    expect(next.x - one.x).toBeCloseTo(view.scale * 2 * 2);
  });

  it("shows the greys of the picture", () => {
    lens.toggle();
    const film = new Image();
    film.style.filter = "invert(1)";
    lens.show(film, view, { x: 400, y: 300 });
    expect(paper.filter).toBe("invert(1)");
  });
});
