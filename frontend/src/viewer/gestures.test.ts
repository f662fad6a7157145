import { beforeEach, describe, expect, it, vi } from "vitest";
import { listenToGestures, type GestureTarget, type Tool } from "./gestures";

let stage: HTMLElement;
let tool: Tool;
const target = {
  tool: () => tool,
  press: vi.fn<GestureTarget["press"]>(),
  drag: vi.fn<GestureTarget["drag"]>(),
  drop: vi.fn<GestureTarget["drop"]>(),
  cancel: vi.fn<GestureTarget["cancel"]>(),
  tap: vi.fn<GestureTarget["tap"]>(),
  pan: vi.fn<GestureTarget["pan"]>(),
  pinch: vi.fn<GestureTarget["pinch"]>(),
  adjustStart: vi.fn<GestureTarget["adjustStart"]>(),
  adjust: vi.fn<GestureTarget["adjust"]>(),
  wheel: vi.fn<GestureTarget["wheel"]>(),
  hover: vi.fn(),
  doubleTap: vi.fn(),
};

function pointer(type: string, x: number, y: number, over: PointerEventInit = {}): void {
  const event = new MouseEvent(type, { clientX: x, clientY: y, button: over.button ?? 0 });
  Object.assign(event, {
    pointerId: over.pointerId ?? 1,
    pointerType: over.pointerType ?? "mouse",
  });
  stage.dispatchEvent(event);
}

describe("gestures", () => {
  beforeEach(() => {
    vi.resetAllMocks();
    tool = "pan";
    stage = document.createElement("div");
    stage.setPointerCapture = vi.fn();
    listenToGestures(stage, target);
  });

  it("takes a press that hardly moves for a tap", () => {
    pointer("pointerdown", 50, 60);
    pointer("pointermove", 53, 61);
    pointer("pointerup", 53, 61);
    expect(target.tap).toHaveBeenCalledExactlyOnceWith({ x: 50, y: 60 }, false);
    expect(target.pan).not.toHaveBeenCalled();
  });

  it("pans by what the pointer moved, and taps nothing then", () => {
    pointer("pointerdown", 0, 0);
    pointer("pointermove", 10, 0);
    pointer("pointermove", 15, 5);
    pointer("pointerup", 15, 5);
    expect(target.pan.mock.calls).toEqual([
      [10, 0],
      [5, 5],
    ]);
    expect(target.tap).not.toHaveBeenCalled();
  });

  it("adjusts with the right button whatever the tool", () => {
    tool = "mark";
    pointer("pointerdown", 0, 0, { button: 2 });
    pointer("pointermove", 20, -10, { button: 2 });
    pointer("pointerup", 20, -10, { button: 2 });
    expect(target.adjustStart).toHaveBeenCalledOnce();
    expect(target.adjust).toHaveBeenCalledWith(20, -10);
    expect(target.tap).not.toHaveBeenCalled();
  });

  it("pinches with two fingers and leaves no tap behind", () => {
    pointer("pointerdown", 0, 0, { pointerId: 1, pointerType: "touch" });
    pointer("pointerdown", 100, 0, { pointerId: 2, pointerType: "touch" });
    pointer("pointermove", 120, 0, { pointerId: 2, pointerType: "touch" });
    expect(target.pinch).toHaveBeenCalledWith(
      [
        { x: 100, y: 0 },
        { x: 0, y: 0 },
      ],
      [
        { x: 120, y: 0 },
        { x: 0, y: 0 },
      ],
    );
    pointer("pointerup", 120, 0, { pointerId: 2 });
    pointer("pointerup", 0, 0, { pointerId: 1 });
    expect(target.tap).not.toHaveBeenCalled();
  });

  it("gives the marks a drag that they want, and no pan", () => {
    target.press.mockReturnValue(true);
    pointer("pointerdown", 5, 5);
    pointer("pointermove", 30, 40);
    pointer("pointerup", 30, 40);
    expect(target.press).toHaveBeenCalledWith({ x: 5, y: 5 }, false);
    expect(target.drag).toHaveBeenCalledWith({ x: 30, y: 40 });
    expect(target.drop).toHaveBeenCalledOnce();
    expect(target.pan).not.toHaveBeenCalled();
    expect(target.tap).not.toHaveBeenCalled();
  });

  it("gives a drag of the marks up when a second finger comes", () => {
    target.press.mockReturnValue(true);
    pointer("pointerdown", 0, 0, { pointerId: 1, pointerType: "touch" });
    pointer("pointermove", 20, 0, { pointerId: 1, pointerType: "touch" });
    pointer("pointerdown", 100, 0, { pointerId: 2, pointerType: "touch" });
    expect(target.cancel).toHaveBeenCalledOnce();
    pointer("pointermove", 120, 0, { pointerId: 2, pointerType: "touch" });
    expect(target.pinch).toHaveBeenCalledOnce();
    pointer("pointerup", 120, 0, { pointerId: 2 });
    pointer("pointerup", 20, 0, { pointerId: 1 });
    expect(target.drop).not.toHaveBeenCalled();
    expect(target.tap).not.toHaveBeenCalled();
  });

  it("forgets a cancelled pointer", () => {
    pointer("pointerdown", 0, 0);
    pointer("pointercancel", 0, 0);
    pointer("pointermove", 50, 50);
    expect(target.tap).not.toHaveBeenCalled();
    expect(target.pan).not.toHaveBeenCalled();
  });
});
