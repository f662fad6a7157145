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

/** Resolves when no finger or button is down on the page, which has to be watched from before it goes down. */
export class Hands {
  private readonly down = new Set<number>();
  private readonly waiting: (() => void)[] = [];

  constructor(page: Pick<Window, "addEventListener"> = window) {
    const lift = ({ pointerId }: PointerEvent): void => {
      this.down.delete(pointerId);
      if (this.down.size === 0)
        this.waiting.splice(0).forEach((go) => {
          go();
        });
    };
    // In the capture phase, so that nothing on the page can keep it from being heard.
    page.addEventListener("pointerdown", ({ pointerId }) => this.down.add(pointerId), true);
    page.addEventListener("pointerup", lift, true);
    page.addEventListener("pointercancel", lift, true);
  }

  off(): Promise<void> {
    if (this.down.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
