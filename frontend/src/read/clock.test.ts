import { describe, expect, it } from "vitest";
import { VisibleClock } from "./clock";

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
