import { describe, expect, it } from "vitest";
import {
  centredAs,
  clampView,
  cssTransform,
  fitView,
  insideImage,
  keepVisible,
  mirror,
  panBy,
  pinch,
  toImage,
  toStage,
  turnBy,
  zoomAt,
  type View,
} from "./geometry";

const image = { width: 224, height: 300 };
const stage = { width: 900, height: 700 };

/** A small reproducible generator, so that a failing sequence can be run again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

describe("geometry", () => {
  it("shows the whole image, centred, at fit", () => {
    const view = fitView(image, stage);
    expect(view.scale).toBeCloseTo(700 / 300);
    expect(toStage(view, { x: 112, y: 150 })).toEqual({ x: 450, y: 350 });
  });

  it("maps image to stage and back through any sequence of zooms and pans", () => {
    const random = numbers(7);
    for (let run = 0; run < 200; run += 1) {
      let view: View = fitView(image, stage);
      for (let step = 0; step < 12; step += 1) {
        const anchor = { x: random() * stage.width, y: random() * stage.height };
        view = zoomAt(view, 0.6 + random(), anchor, 0.1, 40);
        view = panBy(view, random() * 400 - 200, random() * 400 - 200);
      }
      const point = { x: random() * image.width, y: random() * image.height };
      const back = toImage(view, toStage(view, point));
      expect(back.x).toBeCloseTo(point.x, 6);
      expect(back.y).toBeCloseTo(point.y, 6);
    }
  });

  it("maps there and back through every turn and mirror, and lays elements where points lie", () => {
    const random = numbers(11);
    for (let run = 0; run < 300; run += 1) {
      let view: View = fitView(image, stage);
      for (let step = 0; step < 8; step += 1) {
        const anchor = { x: random() * stage.width, y: random() * stage.height };
        const under = toImage(view, anchor);
        const change = Math.floor(random() * 4);
        if (change === 0) view = turnBy(view, random() < 0.5 ? 1 : -1, anchor);
        else if (change === 1) view = mirror(view, anchor);
        else if (change === 2) view = zoomAt(view, 0.6 + random(), anchor, 0.1, 40);
        else view = panBy(view, 0, 0);
        expect(toStage(view, under).x).toBeCloseTo(anchor.x, 6);
        expect(toStage(view, under).y).toBeCloseTo(anchor.y, 6);
      }
      const point = { x: random() * image.width, y: random() * image.height };
      const shown = toStage(view, point);
      const back = toImage(view, shown);
      expect(back.x).toBeCloseTo(point.x, 6);
      expect(back.y).toBeCloseTo(point.y, 6);
      const [a, b, c, d, e, f] = (/\((.*)\)/.exec(cssTransform(view))?.[1] ?? "")
        .split(",")
        .map(Number) as [number, number, number, number, number, number];
      expect(a * point.x + c * point.y + e).toBeCloseTo(shown.x, 6);
      expect(b * point.x + d * point.y + f).toBeCloseTo(shown.y, 6);
    }
  });

  it("mirrors what is seen, whichever way the image is turned", () => {
    for (const quarters of [0, 1, 2, 3]) {
      const view = turnBy(fitView(image, stage), quarters, { x: 450, y: 350 });
      const point = { x: 30, y: 70 };
      const before = toStage(view, point);
      const after = toStage(mirror(view, { x: 450, y: 350 }), point);
      expect(after.x).toBeCloseTo(900 - before.x, 6);
      expect(after.y).toBeCloseTo(before.y, 6);
    }
  });

  it("lays a narrow image where it is aligned", () => {
    expect(fitView(image, stage, 0, 0, false, -1).x).toBe(0);
    const right = fitView(image, stage, 0, 0, false, 1);
    expect(right.x + image.width * right.scale).toBeCloseTo(stage.width);
    expect(clampView({ ...right, x: 3 }, stage).x).toBeCloseTo(right.x);
  });

  it("turns clockwise", () => {
    const view = turnBy(fitView(image, stage), 1, { x: 450, y: 350 });
    const top = toStage(view, { x: 112, y: 0 });
    expect(top.x).toBeGreaterThan(450);
    expect(top.y).toBeCloseTo(350);
  });

  it("keeps the point under the cursor in place when it zooms", () => {
    const view = fitView(image, stage);
    const anchor = { x: 321, y: 123 };
    const held = toImage(view, anchor);
    const zoomed = zoomAt(view, 3.5, anchor, 0.1, 40);
    expect(toStage(zoomed, held).x).toBeCloseTo(anchor.x);
    expect(toStage(zoomed, held).y).toBeCloseTo(anchor.y);
  });

  it("never zooms past its limits", () => {
    const view = fitView(image, stage);
    expect(zoomAt(view, 1000, { x: 0, y: 0 }, 1, 8).scale).toBe(8);
    expect(zoomAt(view, 0.0001, { x: 0, y: 0 }, 1, 8).scale).toBe(1);
  });

  it("keeps both fingers on their image points in a pinch", () => {
    const view = fitView(image, stage);
    const from = [
      { x: 300, y: 300 },
      { x: 500, y: 300 },
    ] as const;
    const to = [
      { x: 260, y: 360 },
      { x: 660, y: 360 },
    ] as const;
    const held = toImage(view, from[1]);
    const moved = pinch(view, from, to, 0.1, 40);
    expect(moved.scale).toBeCloseTo(view.scale * 2);
    expect(toStage(moved, held).x).toBeCloseTo(to[1].x);
    expect(toStage(moved, held).y).toBeCloseTo(to[1].y);
  });

  it("leaves the scale alone when two fingers start on one spot", () => {
    const view = fitView(image, stage);
    const spot = { x: 10, y: 10 };
    expect(pinch(view, [spot, spot], [spot, { x: 50, y: 50 }], 0.1, 40).scale).toBe(view.scale);
  });

  it("centres what fits and holds the edges of what doesn't", () => {
    const far = clampView({ ...fitView(image, stage), scale: 10, x: 500, y: -9000 }, stage);
    expect(far).toMatchObject({ scale: 10, x: 0, y: 700 - 3000 });
    const small = clampView({ ...fitView(image, stage), scale: 1, x: -50, y: 900 }, stage);
    expect(small).toMatchObject({ scale: 1, x: (900 - 224) / 2, y: 200 });
  });

  it("puts a point outside onto the image's edge", () => {
    expect(insideImage({ x: -3, y: 1000 }, image)).toEqual({ x: 0, y: 300 });
    expect(insideImage({ x: 10.1234, y: 20.06 }, image)).toEqual({ x: 10.1, y: 20.1 });
  });

  it("pans the reticle into sight and no further", () => {
    const view: View = { ...fitView(image, stage), scale: 10, x: 0, y: 0 };
    const moved = keepVisible(view, { x: 200, y: 10 }, stage, 40);
    expect(toStage(moved, { x: 200, y: 10 })).toEqual({ x: 860, y: 100 });
    expect(keepVisible(view, { x: 20, y: 20 }, stage, 40)).toEqual(view);
  });

  it("shows the same part as another view, or its mirror image where the two face away", () => {
    const random = numbers(11);
    const other = { width: 512, height: 672 };
    for (let run = 0; run < 100; run += 1) {
      const middle = { x: 450, y: 350 };
      let leader: View = fitView(image, stage, 0, run % 2 ? 90 : 0, run % 3 === 0);
      leader = panBy(
        zoomAt(leader, 1 + 5 * random(), middle, 0.1, 40),
        90 * random(),
        -70 * random(),
      );
      const at = toImage(leader, middle);
      const share = { x: at.x / image.width, y: at.y / image.height };
      for (const away of [false, true]) {
        const fit = fitView(other, { width: 300, height: 200 }, 0, leader.turn, leader.mirrored);
        const found = toImage(centredAs(fit, { x: 150, y: 100 }, leader, middle, away), {
          x: 150,
          y: 100,
        });
        expect(found.x / other.width).toBeCloseTo(away ? 1 - share.x : share.x, 6);
        expect(found.y / other.height).toBeCloseTo(share.y, 6);
      }
    }
  });
});
