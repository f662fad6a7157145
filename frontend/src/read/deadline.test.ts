import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startDeadline, timeLeft } from "./deadline";

describe("timeLeft", () => {
  it.each([
    [0, "0:00"],
    [-5000, "0:00"],
    [1, "0:01"],
    [59_001, "1:00"],
    [725_000, "12:05"],
    [3_725_000, "1:02:05"],
  ])("%d ms is %s", (milliseconds, words) => {
    expect(timeLeft(milliseconds)).toBe(words);
  });
});

describe("startDeadline", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    document.body.innerHTML = `<p data-deadline="2026-03-01T10:06:00Z" data-now="2026-03-01T10:00:00Z"
      data-message-left="{time} left" data-message-up="The time is up">
      <span data-time-left></span><span data-time-status></span></p>`;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const text = (name: string): string =>
    document.querySelector(`[data-time-${name}]`)?.textContent ?? "";

  it("counts by the server's clock, whatever the device's says", () => {
    vi.setSystemTime(new Date("2031-01-01T00:00:00Z"));
    startDeadline(document);
    expect(text("left")).toBe("6:00 left");
    vi.advanceTimersByTime(61_000);
    expect(text("left")).toBe("4:59 left");
  });

  it("tells a screen reader at ten, five and one minute and at the end, and not in between", () => {
    startDeadline(document);
    expect(text("status")).toBe("6:00 left");
    vi.advanceTimersByTime(60_000);
    expect(text("status")).toBe("5:00 left");
    vi.advanceTimersByTime(120_000);
    expect(text("status")).toBe("5:00 left");
    vi.advanceTimersByTime(120_000);
    expect(text("status")).toBe("1:00 left");
    vi.advanceTimersByTime(70_000);
    expect(text("status")).toBe("The time is up");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does nothing on a page without a deadline", () => {
    document.body.innerHTML = "";
    startDeadline(document);
    expect(vi.getTimerCount()).toBe(0);
  });
});
