import { describe, expect, it, vi } from "vitest";
import { startClock, VisibleClock } from "./clock";

describe("reading time", () => {
  it("counts only while the page is in sight, and goes on from before a reload", () => {
    let now = 0;
    const clock = new VisibleClock(5, () => now);
    clock.setVisible(true);
    now = 2000;
    expect(clock.seconds).toBe(7);
    clock.setVisible(false);
    now = 60_000;
    expect(clock.seconds).toBe(7);
    clock.setVisible(true);
    clock.setVisible(true);
    now = 61_250;
    expect(clock.seconds).toBe(8.3);
  });
});

describe("the page's clock", () => {
  it("waits while the first-case tour lies over the case", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    document.body.innerHTML = `<dialog id="tour" open></dialog>`;
    const clock = startClock(document, 3);
    vi.advanceTimersByTime(4000);
    expect(clock.seconds).toBe(3);
    const tour = document.querySelector("dialog");
    tour?.removeAttribute("open");
    tour?.dispatchEvent(new Event("close"));
    vi.advanceTimersByTime(2000);
    expect(clock.seconds).toBe(5);
    vi.useRealTimers();
  });
});
