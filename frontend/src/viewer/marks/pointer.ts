/** Marking by mouse, pen or finger: a tap places or picks, a drag draws, moves or resizes. */

import type { Point } from "../geometry";
import { handleAt, type Handle } from "./hits";
import type { MarkList } from "./list";
import { edgesOf, movedTo, replaceMark, withEdges, type Mark, type Shape } from "./model";
import { onImage, takesMarks, type MarkSurface } from "./surface";

/** How near (stage pixels) a pointer must be to a mark to mean it; fingers are wider. */
export const MOUSE_REACH = 12;
const TOUCH_REACH = 22;
/** The side (stage pixels) of a box that is tapped rather than drawn. */
const TAPPED_SIDE = 56;

type Gesture =
  | { readonly do: "draw"; readonly from: Point; readonly shape: Shape }
  | { readonly do: "move"; readonly index: number; readonly grip: Point }
  | { readonly do: "resize"; readonly index: number; readonly handle: Handle }
  | { readonly do: "full" };

export class PointerMarking {
  /** The marks as they would be if the pointer let go now. */
  preview: readonly Mark[] | null = null;
  private gesture: Gesture | null = null;

  constructor(private readonly list: MarkList) {}

  /** A pointer goes down: true where its drag belongs to the marks rather than to the picture. */
  press(surface: MarkSurface, at: Point, touch: boolean): boolean {
    const { list } = this;
    this.gesture = list.canMark && takesMarks(surface) ? this.gestureAt(surface, at, touch) : null;
    const { gesture } = this;
    if (gesture?.do === "move" || gesture?.do === "resize") list.select(gesture.index);
    return gesture !== null;
  }

  drag(surface: MarkSurface, at: Point): void {
    const { gesture } = this;
    if (!gesture || gesture.do === "full") return;
    this.preview = this.after(surface, gesture, surface.toImage(at));
    this.list.redraw();
  }

  /** The pointer goes up after a drag. */
  drop(): void {
    const { gesture, preview, list } = this;
    this.gesture = this.preview = null;
    if (gesture?.do === "full") list.say("full");
    if (!gesture || gesture.do === "full" || !preview) return;
    const index = gesture.do === "draw" ? preview.length - 1 : gesture.index;
    const mark = preview[index];
    if (!mark) return;
    if (gesture.do === "draw") list.add(mark);
    else list.replace(index, mark);
    list.select(index);
  }

  /** The pointer went up where it came down: pick what is there, or else place a mark. */
  tap(surface: MarkSurface, at: Point, touch: boolean): void {
    const { list } = this;
    this.gesture = this.preview = null;
    const point = onImage(surface, at);
    if (!list.canMark || !point) return;
    if (!takesMarks(surface)) {
      list.say("prior");
      return;
    }
    const hit = list.at(surface, point, touch ? TOUCH_REACH : MOUSE_REACH);
    if (hit >= 0) {
      list.select(hit);
      list.say("picked");
      return;
    }
    const half = list.shape === "point" ? 0 : TAPPED_SIDE / surface.scale / 2;
    const from = { x: point.x - half, y: point.y - half };
    const mark = list.make(surface, from, { x: point.x + half, y: point.y + half });
    if (list.add(mark)) list.select(list.marks.length - 1);
  }

  /** The pointer was taken away, or a second finger came: nothing has happened. */
  cancel(): void {
    this.gesture = this.preview = null;
    this.list.redraw();
  }

  private gestureAt(surface: MarkSurface, at: Point, touch: boolean): Gesture | null {
    const { list } = this;
    const point = surface.toImage(at);
    const reach = touch ? TOUCH_REACH : MOUSE_REACH;
    const chosen = list.selectedMark;
    if (chosen?.image === surface.image.id) {
      const handle = handleAt(chosen, point, reach / surface.scale);
      if (handle) return { do: "resize", index: list.selected, handle };
    }
    const index = list.at(surface, point, reach);
    const mark = list.marks[index];
    if (mark) return { do: "move", index, grip: { x: point.x - mark.x, y: point.y - mark.y } };
    const from = onImage(surface, at);
    if (list.shape === "point" || !from) return null;
    return list.full ? { do: "full" } : { do: "draw", from, shape: list.shape };
  }

  private after(
    surface: MarkSurface,
    gesture: Exclude<Gesture, { do: "full" }>,
    point: Point,
  ): readonly Mark[] {
    const { marks } = this.list;
    if (gesture.do === "draw") {
      return [...marks, this.list.make(surface, gesture.from, point, gesture.shape)];
    }
    const mark = marks[gesture.index];
    if (!mark) return marks;
    if (gesture.do === "move") {
      const centre = { x: point.x - gesture.grip.x, y: point.y - gesture.grip.y };
      return replaceMark(marks, gesture.index, movedTo(mark, centre, surface.image));
    }
    const edges = { ...edgesOf(mark) };
    for (const edge of gesture.handle.moves) {
      edges[edge] = edge === "left" || edge === "right" ? point.x : point.y;
    }
    return replaceMark(marks, gesture.index, withEdges(mark, edges, surface.image));
  }
}
