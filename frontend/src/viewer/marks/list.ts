/** The marks of one opinion: their order, which one is selected, the limit, and the way back. */

import type { Point } from "../geometry";
import { markAt } from "./hits";
import { History } from "./history";
import {
  addMark,
  pointMark,
  removeMark,
  replaceMark,
  withEdges,
  type Mark,
  type Shape,
} from "./model";
import type { MarkSurface } from "./surface";

export type MarkChange =
  | "placed"
  | "started"
  | "picked"
  | "moved"
  | "dropped"
  | "removed"
  | "full"
  | "prior"
  | "undone"
  | "redone";

export interface MarkListOptions {
  readonly marks: readonly Mark[];
  /** How many marks a case may have; 0 where this step takes none. */
  readonly limit: number;
  /** Which finding a new mark stands for. */
  readonly finding: () => string;
  /** Something about the marks has changed; `what` is for the words. */
  readonly onChange: (marks: readonly Mark[], what: MarkChange) => void;
  /** The overlay has to be drawn again. */
  readonly redraw: () => void;
}

export class MarkList {
  shape: Shape = "point";
  private chosen = -1;
  private readonly history: History<readonly Mark[]>;

  constructor(private readonly options: MarkListOptions) {
    this.history = new History(options.marks);
  }

  get marks(): readonly Mark[] {
    return this.history.state;
  }

  get canMark(): boolean {
    return this.options.limit > 0;
  }

  get full(): boolean {
    return this.marks.length >= this.options.limit;
  }

  get canUndo(): boolean {
    return this.canMark && this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.canMark && this.history.canRedo;
  }

  /** The index of the selected mark, -1 where none is. */
  get selected(): number {
    return this.chosen;
  }

  get selectedMark(): Mark | null {
    return this.marks[this.chosen] ?? null;
  }

  select(index: number): void {
    this.chosen = index < this.marks.length ? index : -1;
    this.redraw();
  }

  /** A new mark, not yet in the list: a point, or what spans two corners. */
  make(surface: MarkSurface, from: Point, to: Point = from, shape: Shape = this.shape): Mark {
    const point = pointMark(surface.image.id, this.options.finding(), from);
    if (shape === "point") return point;
    const edges = { left: from.x, top: from.y, right: to.x, bottom: to.y };
    return withEdges({ ...point, shape }, edges, surface.image);
  }

  /** Add a mark; where the list is full it says so and nothing is added. */
  add(mark: Mark): boolean {
    const marks = addMark(this.marks, mark, this.options.limit);
    if (marks === this.marks) this.say("full");
    else this.change(marks, "placed");
    return !this.full || marks.at(-1) === mark;
  }

  /** Another mark in the place of one; `again` where it is the next step of the same movement. */
  replace(index: number, mark: Mark, again = false): void {
    const marks = replaceMark(this.marks, index, mark);
    if (again) this.history.replace(marks);
    else this.history.push(marks);
    this.say("moved");
  }

  remove(index: number): void {
    if (!this.canMark || index < 0 || index >= this.marks.length) return;
    this.chosen = -1;
    this.change(removeMark(this.marks, index), "removed");
  }

  /** Put other marks in the place of all. */
  set(marks: readonly Mark[]): void {
    this.chosen = -1;
    this.change(marks, "placed");
  }

  undo(): boolean {
    return this.canMark && this.travelled(this.history.undo(), "undone");
  }

  redo(): boolean {
    return this.canMark && this.travelled(this.history.redo(), "redone");
  }

  /** The index of the mark within `reach` stage pixels of an image point; -1 if none. */
  at(surface: MarkSurface, point: Point, reach: number): number {
    return markAt(this.marks, surface.image.id, point, reach / surface.scale);
  }

  say(what: MarkChange): void {
    this.options.onChange(this.marks, what);
    this.redraw();
  }

  redraw(): void {
    this.options.redraw();
  }

  private change(marks: readonly Mark[], what: MarkChange): void {
    this.history.push(marks);
    this.say(what);
  }

  private travelled(moved: boolean, what: MarkChange): boolean {
    if (!moved) return false;
    this.chosen = -1;
    this.say(what);
    return true;
  }
}
