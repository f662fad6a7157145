/** The reading time: seconds during which the page was in sight. */

export class VisibleClock {
  private since: number | null = null;

  /** `total` are the seconds counted before a reload; `now` gives milliseconds. */
  constructor(
    private total: number,
    private readonly now: () => number,
  ) {}

  setVisible(visible: boolean): void {
    if (visible && this.since === null) this.since = this.now();
    else if (!visible && this.since !== null) {
      this.total += (this.now() - this.since) / 1000;
      this.since = null;
    }
  }

  get seconds(): number {
    const running = this.since === null ? 0 : (this.now() - this.since) / 1000;
    return Math.round((this.total + running) * 10) / 10;
  }
}

/** A clock that follows the page's visibility, and waits while the first-case tour lies over the case. */
export function startClock(page: Document, total: number): VisibleClock {
  const clock = new VisibleClock(total, () => performance.now());
  const follow = (): void => {
    const covered = page.querySelector("dialog#tour[open]") !== null;
    clock.setVisible(page.visibilityState === "visible" && !covered);
  };
  page.querySelector("dialog#tour")?.addEventListener("close", follow);
  page.addEventListener("visibilitychange", follow);
  follow();
  return clock;
}
