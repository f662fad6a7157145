/** Pointers and wheel on the stage, turned into what they mean: pan, pinch, window drag, tap. */

import type { Point } from "./geometry";

export type Tool = "pan" | "window" | "mark" | "length" | "angle";

export interface GestureTarget {
  tool(): Tool;
  /** A press that the marks want: true, and its moves go to `drag`, its end to `drop`. */
  press(at: Point, touch: boolean): boolean;
  drag(at: Point): void;
  drop(): void;
  /** What `press` began is given up: a second finger came, or the pointer was taken away. */
  cancel(): void;
  tap(at: Point, touch: boolean): void;
  pan(dx: number, dy: number): void;
  pinch(from: readonly [Point, Point], to: readonly [Point, Point]): void;
  adjustStart(): void;
  /** Stage pixels since adjustStart. */
  adjust(dx: number, dy: number): void;
  wheel(deltaY: number, at: Point, zoom: boolean): void;
  /** Where the pointer is while nothing is pressed; null when it has left. */
  hover(at: Point | null): void;
  doubleTap(at: Point): void;
}

/** A press that moves less than this (CSS pixels) is a tap. */
const TAP_SLOP = 6;

interface Press {
  start: Point;
  last: Point;
  moved: boolean;
  adjusting: boolean;
  marking: boolean;
}

export function listenToGestures(stage: HTMLElement, target: GestureTarget): void {
  const presses = new Map<number, Press>();

  const at = (event: MouseEvent): Point => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button > 2) return;
    const start = at(event);
    const adjusting = event.button === 2 || (event.button === 0 && target.tool() === "window");
    const marking =
      event.button === 0 &&
      !adjusting &&
      presses.size === 0 &&
      target.press(start, event.pointerType === "touch");
    const moved = event.button === 1;
    if (presses.size > 0) give(presses, target);
    presses.set(event.pointerId, { start, last: start, moved, adjusting, marking });
    stage.setPointerCapture(event.pointerId);
    stage.focus({ preventScroll: true });
    if (adjusting) target.adjustStart();
    event.preventDefault();
  });

  stage.addEventListener("pointermove", (event) => {
    const press = presses.get(event.pointerId);
    target.hover(at(event));
    if (!press) return;
    const now = at(event);
    if (Math.hypot(now.x - press.start.x, now.y - press.start.y) > TAP_SLOP) press.moved = true;
    const other = [...presses].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      press.moved = other.moved = true;
      target.pinch([press.last, other.last], [now, other.last]);
    } else if (press.adjusting) {
      if (press.moved) target.adjust(now.x - press.start.x, now.y - press.start.y);
    } else if (press.marking) {
      if (press.moved) target.drag(now);
    } else if (press.moved) {
      target.pan(now.x - press.last.x, now.y - press.last.y);
    }
    if (press.moved) press.last = now;
  });

  const release = (event: PointerEvent): void => {
    const press = presses.get(event.pointerId);
    presses.delete(event.pointerId);
    if (!press || press.adjusting) return;
    if (event.type !== "pointerup") {
      if (press.marking) target.cancel();
    } else if (!press.moved) target.tap(press.start, event.pointerType === "touch");
    else if (press.marking) target.drop();
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  stage.addEventListener("pointerleave", () => {
    target.hover(null);
  });
  stage.addEventListener("dblclick", (event) => {
    target.doubleTap(at(event));
  });
  stage.addEventListener("contextmenu", (event) => {
    event.preventDefault();
  });
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      target.wheel(event.deltaY, at(event), event.ctrlKey || event.metaKey);
    },
    { passive: false },
  );
}

/** A second finger: what the first began to mark is given up. */
function give(presses: Map<number, Press>, target: GestureTarget): void {
  for (const press of presses.values()) {
    if (press.marking) target.cancel();
    press.marking = false;
  }
}
