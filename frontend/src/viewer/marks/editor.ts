/** Editing the learner's marks over every viewport of the page: by pointer, by keyboard, from buttons and the list. */

import type { Point } from "../geometry";
import { markShape, reticleShape } from "./draw";
import { KeyboardMarking } from "./keyboard";
import { MarkList, type MarkListOptions } from "./list";
import { sameMark, type Mark, type Shape } from "./model";
import { PointerMarking } from "./pointer";
import { takesMarks, type MarkSurface } from "./surface";

export interface MarkEditorOptions extends MarkListOptions {
  /** Marks of the opinion given before, to look at only. */
  readonly earlier?: readonly Mark[];
}

export class MarkEditor {
  readonly earlier: readonly Mark[];
  private readonly list: MarkList;
  private readonly keyboard: KeyboardMarking;
  private readonly pointer: PointerMarking;

  constructor(options: MarkEditorOptions) {
    this.earlier = options.earlier ?? [];
    this.list = new MarkList(options);
    this.keyboard = new KeyboardMarking(this.list);
    this.pointer = new PointerMarking(this.list);
  }

  get marks(): readonly Mark[] {
    return this.list.marks;
  }

  get canMark(): boolean {
    return this.list.canMark;
  }

  get canUndo(): boolean {
    return this.list.canUndo;
  }

  get canRedo(): boolean {
    return this.list.canRedo;
  }

  get shape(): Shape {
    return this.list.shape;
  }

  /** The index of the selected mark, -1 where none is. */
  get selected(): number {
    return this.list.selected;
  }

  get reticle(): Point | null {
    return this.keyboard.reticle;
  }

  /** Whether the keyboard has something in hand, so that Enter doesn't commit. */
  get busy(): boolean {
    return this.keyboard.busy;
  }

  setShape(shape: Shape): void {
    this.list.shape = shape;
    this.rest();
  }

  /** Put reticle and selection away, as when another tool is chosen. */
  rest(): void {
    this.keyboard.rest();
    this.pointer.cancel();
  }

  /** Another image is in this viewport: what was half done on the one before is given up. */
  imageChanged(surface: MarkSurface): void {
    this.keyboard.imageChanged(surface);
    this.pointer.cancel();
  }

  /** A pointer goes down: true where its drag belongs to the marks rather than to the picture. */
  press(surface: MarkSurface, at: Point, touch = false): boolean {
    const taken = this.pointer.press(surface, at, touch);
    if (taken) {
      const { selected } = this.list;
      this.keyboard.rest();
      this.list.select(selected);
    }
    return taken;
  }

  drag(surface: MarkSurface, at: Point): void {
    this.pointer.drag(surface, at);
  }

  /** The pointer goes up after a drag. */
  drop(): void {
    this.pointer.drop();
  }

  /** The pointer goes up where it came down. */
  tap(surface: MarkSurface, at: Point, touch = false): void {
    this.keyboard.rest();
    this.pointer.tap(surface, at, touch);
  }

  /** The pointer was taken away, or a second finger came. */
  cancel(): void {
    this.pointer.cancel();
  }

  /** A key pressed while the stage has the focus and the mark tool is chosen; true where it was used. */
  key(surface: MarkSurface, key: string, shift: boolean): boolean {
    if (!this.canMark) return false;
    if (takesMarks(surface)) return this.keyboard.key(surface, key, shift);
    if (key !== " ") return false;
    this.list.say("prior");
    return true;
  }

  showReticle(surface: MarkSurface): void {
    if (!this.canMark) return;
    if (takesMarks(surface)) this.keyboard.show(surface);
    else this.list.say("prior");
  }

  /** Take a mark of the image shown into the hand: arrows move it, Shift and arrows resize it. */
  pickUp(surface: MarkSurface, index: number): void {
    if (this.canMark) this.keyboard.pickUp(surface, index);
  }

  /** Take the next mark of this image into the hand; false where it has none. */
  next(surface: MarkSurface): boolean {
    const here = this.marks.flatMap((mark, index) =>
      mark.image === surface.image.id ? [index] : [],
    );
    const next = here.find((index) => index > this.selected) ?? here[0];
    if (next === undefined || !this.canMark) return false;
    this.pickUp(surface, next);
    return true;
  }

  /** Change the finding or the certainty of a mark. */
  edit(index: number, change: Partial<Pick<Mark, "finding" | "certainty">>): void {
    const mark = this.marks[index];
    if (mark && this.canMark) this.list.replace(index, { ...mark, ...change });
  }

  remove(index: number): void {
    this.keyboard.rest();
    this.list.remove(index);
  }

  /** Remove the selected mark, or the one under the reticle, or else the last one on this image. */
  removeNearest(surface: MarkSurface): void {
    this.keyboard.removeNearest(surface);
  }

  /** Put other marks in the place of all (a kept opinion's, or none). */
  setMarks(marks: readonly Mark[]): void {
    this.rest();
    this.list.set(marks);
  }

  undo(): boolean {
    this.rest();
    return this.list.undo();
  }

  redo(): boolean {
    this.rest();
    return this.list.redo();
  }

  /** What the overlay shows of the marks in a viewport; what is in hand is always shown. */
  draw(surface: MarkSurface, visible: boolean): readonly SVGGElement[] {
    const project = (point: Point): Point => surface.toStage(point);
    const inUse = surface.inUse ?? true;
    const drawing = inUse ? this.keyboard.drawing(surface) : null;
    const shown = this.pointer.preview ?? (drawing ? [...this.marks, drawing] : this.marks);
    const groups: SVGGElement[] = [];
    if (visible || this.busy || this.pointer.preview) {
      for (const mark of this.earlier) {
        if (mark.image !== surface.image.id || shown.some((one) => sameMark(one, mark))) continue;
        groups.push(markShape(mark, project, { number: 0, voice: "earlier", selected: false }));
      }
      shown.forEach((mark, index) => {
        if (mark.image !== surface.image.id) return;
        const selected = this.canMark && (index === this.selected || index >= this.marks.length);
        groups.push(markShape(mark, project, { number: index + 1, voice: "you", selected }));
      });
    }
    if (this.reticle && inUse) groups.push(reticleShape(project(this.reticle)));
    return groups;
  }
}
