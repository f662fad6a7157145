/** Marking by keyboard: a reticle that arrows move, Enter to place or pick up, Shift and arrows to resize. */

import { insideImage, type Point } from "../geometry";
import type { MarkList } from "./list";
import { grownBy, movedTo, type Mark } from "./model";
import { MOUSE_REACH } from "./pointer";
import { towards, type MarkSurface } from "./surface";

/** The reticle picks a mark up only from very near, so that marks can be placed close together. */
const RETICLE_REACH = 5;
/** Stage pixels an arrow key moves by, and by how much more with Shift. */
const STEP = 6;
const FAST = 6;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class KeyboardMarking {
  reticle: Point | null = null;
  /** Where it began to draw a box or ellipse; the reticle is the other corner. */
  private anchor: Point | null = null;
  /** Where the reticle was when it placed its last mark. */
  private lastPlaced: Point | null = null;
  private held = false;
  private heldMoved = false;

  constructor(private readonly list: MarkList) {}

  /** Whether something is in hand here, so that Enter doesn't commit. */
  get busy(): boolean {
    return this.reticle !== null || this.held;
  }

  /** A key pressed while the stage has the focus and the mark tool is chosen; true where it was used. */
  key(surface: MarkSurface, key: string, shift: boolean): boolean {
    const arrow = ARROWS[key];
    if (arrow) {
      if (this.held) this.moveHeld(surface, arrow, shift);
      else this.moveReticle(surface, arrow[0] * STEP, arrow[1] * STEP, shift);
      return true;
    }
    switch (key) {
      case "Enter":
        // Without anything in hand Enter isn't ours: it commits.
        if (!this.busy) return false;
        this.enter(surface);
        return true;
      case " ":
        this.enter(surface);
        return true;
      case "Delete":
      case "Backspace":
        this.removeNearest(surface);
        return true;
      case "Escape":
        return this.escape();
      default:
        return false;
    }
  }

  /** Show the reticle, in the middle or where it placed its last mark. */
  show(surface: MarkSurface): void {
    this.letGo();
    this.moveReticle(surface, 0, 0, false);
  }

  /** Take a mark into the hand, which must lie on the image that this viewport shows. */
  pickUp(surface: MarkSurface, index: number): void {
    const mark = this.list.marks[index];
    if (!mark) return;
    this.rest();
    this.list.select(index);
    this.held = true;
    surface.bring(mark);
    this.list.say("picked");
  }

  /** Put everything out of the hand. */
  rest(): void {
    this.reticle = this.anchor = null;
    this.letGo();
  }

  imageChanged(surface: MarkSurface): void {
    this.anchor = this.lastPlaced = null;
    if (this.reticle) this.reticle = insideImage(this.reticle, surface.image);
    if (this.list.selectedMark?.image !== surface.image.id) this.letGo();
  }

  /** Remove the selected mark, or the one under the reticle, or else the last one on this image. */
  removeNearest(surface: MarkSurface): void {
    const { list } = this;
    const at = this.reticle ?? this.lastPlaced;
    const near = at ? list.at(surface, at, MOUSE_REACH) : -1;
    const last = list.marks.findLastIndex((mark) => mark.image === surface.image.id);
    this.held = this.heldMoved = false;
    list.remove(list.selected >= 0 ? list.selected : near >= 0 ? near : last);
  }

  /** The mark that is being drawn, if one is. */
  drawing(surface: MarkSurface): Mark | null {
    if (!this.anchor || !this.reticle) return null;
    return this.list.make(surface, this.anchor, this.reticle);
  }

  private moveHeld(
    surface: MarkSurface,
    [dx, dy]: readonly [number, number],
    shift: boolean,
  ): void {
    const mark = this.list.selectedMark;
    if (!mark) return;
    const along = towards(surface, dx * STEP, dy * STEP);
    const fast = shift ? FAST : 1;
    const to = { x: mark.x + along.x * fast, y: mark.y + along.y * fast };
    const changed =
      shift && mark.shape !== "point"
        ? this.grown(surface, mark, along, dx + dy)
        : movedTo(mark, to, surface.image);
    // One hold is one step of undo, however many arrows it took.
    this.list.replace(this.list.selected, changed, this.heldMoved);
    this.heldMoved = true;
    surface.bring(changed);
  }

  /** On the screen right is wider and down is taller, whichever way the image is turned. */
  private grown(surface: MarkSurface, mark: Mark, along: Point, sign: number): Mark {
    const across = Math.abs(along.x) > Math.abs(along.y);
    const by = sign * Math.hypot(along.x, along.y);
    return grownBy(mark, across ? by : 0, across ? 0 : by, surface.image);
  }

  private moveReticle(surface: MarkSurface, dx: number, dy: number, shift: boolean): void {
    const from = this.reticle ?? this.lastPlaced ?? surface.toImage(surface.middle);
    const along = towards(surface, dx * (shift ? FAST : 1), dy * (shift ? FAST : 1));
    this.list.select(-1);
    this.reticle = insideImage({ x: from.x + along.x, y: from.y + along.y }, surface.image);
    surface.bring(this.reticle);
  }

  private enter(surface: MarkSurface): void {
    const { list } = this;
    const at = this.reticle;
    if (this.held) {
      this.letGo();
      list.say("dropped");
    } else if (!at) {
      this.moveReticle(surface, 0, 0, false);
    } else if (this.anchor) {
      this.place(list.make(surface, this.anchor, at));
    } else {
      const under = list.at(surface, at, RETICLE_REACH);
      if (under >= 0) this.pickUp(surface, under);
      else if (list.full) list.say("full");
      else if (list.shape === "point") this.place(list.make(surface, at));
      else {
        this.anchor = at;
        list.say("started");
      }
    }
  }

  /** Place a mark and put the reticle away, so that the next Enter commits; arrows bring it back. */
  private place(mark: Mark): void {
    this.lastPlaced = this.reticle;
    this.reticle = this.anchor = null;
    this.list.add(mark);
  }

  private escape(): boolean {
    if (this.anchor) this.anchor = null;
    else if (this.held) this.letGo();
    else if (this.reticle) this.reticle = null;
    else return false;
    this.list.redraw();
    return true;
  }

  private letGo(): void {
    this.held = this.heldMoved = false;
    this.list.select(-1);
  }
}
