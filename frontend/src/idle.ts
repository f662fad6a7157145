/** Resolves when the browser has nothing better to do, or after two seconds. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) {
      requestIdleCallback(
        () => {
          resolve();
        },
        { timeout: 2000 },
      );
    } else setTimeout(resolve, 300);
  });
}

/** The fingers and buttons that are down on the page, which is watched from before they go down. */
export class Hands {
  private readonly down = new Set<number>();
  private readonly waiting: (() => void)[] = [];

  constructor() {
    const lift = ({ pointerId }: PointerEvent): void => {
      this.down.delete(pointerId);
      if (this.down.size === 0)
        this.waiting.splice(0).forEach((go) => {
          go();
        });
    };
    // In the capture phase, so that nothing on the page can keep it from being heard.
    window.addEventListener("pointerdown", ({ pointerId }) => this.down.add(pointerId), true);
    window.addEventListener("pointerup", lift, true);
    window.addEventListener("pointercancel", lift, true);
  }

  /** Resolves when none is down. */
  off(): Promise<void> {
    if (this.down.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
