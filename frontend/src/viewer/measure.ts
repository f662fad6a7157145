/** Lengths and angles that the learner measures: on screen only, in millimetres where the spacing is known. */

import { insideImage, type Point, type Size } from "./geometry";
import { pair, round, svgElement } from "./shapes";

export type MeasureTool = "length" | "angle";

/** Two ends of a length, or an angle's first end, corner and second end; image pixels. */
export interface Measure {
  readonly image: string;
  readonly tool: MeasureTool;
  readonly points: readonly Point[];
}

/** What is said of a measure: "12.4 mm", "88 px" where the spacing isn't known, "41°"; empty while unfinished. */
export function measured(measure: Measure, spacingMm: number | null): string {
  const [a, b, c] = measure.points;
  if (!a || !b) return "";
  if (measure.tool === "length") {
    const pixels = Math.hypot(b.x - a.x, b.y - a.y);
    return spacingMm ? `${(pixels * spacingMm).toFixed(1)} mm` : `${pixels.toFixed(0)} px`;
  }
  if (!c) return "";
  const first = Math.atan2(a.y - b.y, a.x - b.x);
  const second = Math.atan2(c.y - b.y, c.x - b.x);
  const turn = Math.abs(first - second) * (180 / Math.PI);
  return `${Math.min(turn, 360 - turn).toFixed(0)}°`;
}

/** The measures of a page and the one in the making. */
export class Ruler {
  measures: readonly Measure[] = [];
  private open: Measure | null = null;

  constructor(private readonly redraw: () => void) {}

  /** Begin at a point, or set the next one of what was begun. */
  press(tool: MeasureTool, image: string, size: Size, at: Point): void {
    const point = insideImage(at, size);
    const { open } = this;
    if (open?.tool !== tool || open.image !== image) {
      this.open = { image, tool, points: [point, point] };
    } else this.open = { ...open, points: [...open.points, point] };
    this.redraw();
  }

  /** Move the point in hand. */
  drag(size: Size, at: Point): void {
    if (!this.open) return;
    this.open = { ...this.open, points: [...this.open.points.slice(0, -1), insideImage(at, size)] };
    this.redraw();
  }

  /** Let go: a length is done, an angle after its second leg. A length without any is forgotten. */
  drop(): void {
    const { open } = this;
    if (!open) return;
    const wanted = open.tool === "length" ? 2 : 3;
    if (open.points.length >= wanted) {
      const [a, b] = open.points;
      const empty = open.tool === "length" && a && b && Math.hypot(b.x - a.x, b.y - a.y) < 1;
      if (!empty) this.measures = [...this.measures, open];
      this.open = null;
    }
    this.redraw();
  }

  cancel(): void {
    this.open = null;
    this.redraw();
  }

  /** Take the last measure away; false where there is none. */
  removeLast(): boolean {
    if (!this.open && this.measures.length === 0) return false;
    if (this.open) this.open = null;
    else this.measures = this.measures.slice(0, -1);
    this.redraw();
    return true;
  }

  /** The measures of one image, the unfinished one last. */
  of(image: string): readonly Measure[] {
    return [...this.measures, ...(this.open ? [this.open] : [])].filter(
      (measure) => measure.image === image,
    );
  }
}

/** Measures as the overlay shows them. */
export function drawMeasures(
  measures: readonly Measure[],
  spacingMm: number | null,
  toStage: (point: Point) => Point,
): readonly SVGGElement[] {
  return measures.map((measure) => {
    const group = svgElement("g", { class: "shape-measure" });
    const points = measure.points.map(toStage);
    for (const role of ["halo", "line"]) {
      group.append(svgElement("polyline", { class: role, points: points.map(pair).join(" ") }));
    }
    const at = points[measure.tool === "angle" ? 1 : points.length - 1];
    const words = measured(measure, spacingMm);
    if (at && words) {
      for (const role of ["halo", "word"]) {
        const text = svgElement("text", { class: role, x: round(at.x + 8), y: round(at.y - 8) });
        text.textContent = words;
        group.append(text);
      }
    }
    return group;
  });
}
