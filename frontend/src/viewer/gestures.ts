/** Pointers and wheel on the stage, turned into what they mean: pan, pinch, window drag, tap. */

import type { Point } from "./geometry";

export type Tool = "pan" | "window" | "mark";

export interface GestureTarget {
  tool(): Tool;
  tap(at: Point): void;
  pan(dx: number, dy: number): void;
  pinch(from: readonly [Point, Point], to: readonly [Point, Point]): void;
  adjustStart(): void;
  /** Stage pixels since adjustStart. */
  adjust(dx: number, dy: number): void;
  wheel(deltaY: number, at: Point, zoom: boolean): void;
}

/** A press that moves less than this (CSS pixels) is a tap. */
const TAP_SLOP = 6;

interface Press {
  start: Point;
  last: Point;
  moved: boolean;
  adjusting: boolean;
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
    presses.set(event.pointerId, { start, last: start, moved: event.button === 1, adjusting });
    stage.setPointerCapture(event.pointerId);
    stage.focus({ preventScroll: true });
    if (adjusting) target.adjustStart();
    event.preventDefault();
  });

  stage.addEventListener("pointermove", (event) => {
    const press = presses.get(event.pointerId);
    if (!press) return;
    const now = at(event);
    if (Math.hypot(now.x - press.start.x, now.y - press.start.y) > TAP_SLOP) press.moved = true;
    const other = [...presses].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      press.moved = other.moved = true;
      target.pinch([press.last, other.last], [now, other.last]);
    } else if (press.adjusting) {
      if (press.moved) target.adjust(now.x - press.start.x, now.y - press.start.y);
    } else if (press.moved) {
      target.pan(now.x - press.last.x, now.y - press.last.y);
    }
    if (press.moved) press.last = now;
  });

  const release = (event: PointerEvent): void => {
    const press = presses.get(event.pointerId);
    presses.delete(event.pointerId);
    if (press && !press.moved && !press.adjusting && event.type === "pointerup") {
      target.tap(press.start);
    }
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
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
