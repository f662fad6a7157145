import { beforeEach, describe, expect, it, vi } from "vitest";
import { Hands } from "./idle";

function pointer(type: string, pointerId: number): void {
  window.dispatchEvent(new PointerEvent(type, { pointerId }));
}

describe("hands on the page", () => {
  let hands: Hands;
  const free = vi.fn();

  beforeEach(() => {
    free.mockClear();
    hands = new Hands();
  });

  it("are off at once where none is down", async () => {
    await hands.off();
  });

  it("are off when the last finger has left, however it left", async () => {
    pointer("pointerdown", 1);
    pointer("pointerdown", 2);
    const off = hands.off().then(free);
    pointer("pointerup", 1);
    await Promise.resolve();
    expect(free).not.toHaveBeenCalled();
    pointer("pointercancel", 2);
    await off;
    expect(free).toHaveBeenCalledOnce();
  });
});
