/** The first-case tour: three steps in a modal dialog that opens once by itself and can be found again. */

/** Bind the tour of the page, where it has one, and open it where the page says that it is due. */
export function bindTour(page: Document): void {
  const dialog = page.querySelector<HTMLDialogElement>("dialog#tour");
  if (!dialog) return;
  const tour = new Tour(dialog);
  for (const part of page.querySelectorAll<HTMLElement>("[data-tour-again]")) part.hidden = false;
  for (const button of page.querySelectorAll<HTMLElement>("[data-tour-open]")) {
    button.addEventListener("click", () => {
      // The help sheet gives way, and with it the focus goes back to where it was before the sheet.
      button.closest("dialog")?.close();
      tour.open();
    });
  }
  if (dialog.hasAttribute("data-tour-start")) tour.open();
}

class Tour {
  private readonly steps: readonly HTMLElement[];
  private readonly next: HTMLButtonElement | null;
  private readonly back: HTMLButtonElement | null;
  private readonly nextText: string;
  private at = 0;

  constructor(private readonly dialog: HTMLDialogElement) {
    this.steps = [...dialog.querySelectorAll<HTMLElement>("[data-tour-step]")];
    this.next = dialog.querySelector("[data-tour-next]");
    this.back = dialog.querySelector("[data-tour-back]");
    this.nextText = this.next?.textContent ?? "";
    this.next?.addEventListener("click", () => {
      if (this.at + 1 < this.steps.length) this.show(this.at + 1);
      else dialog.close();
    });
    this.back?.addEventListener("click", () => {
      this.show(this.at - 1);
    });
    dialog.querySelector("[data-tour-close]")?.addEventListener("click", () => {
      dialog.close();
    });
    // Escape, the button and the last step all end here.
    dialog.addEventListener("close", () => {
      this.remember();
    });
  }

  open(): void {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.show(0);
  }

  /** Show one step and put the focus on its heading, so that a screen reader goes on from there. */
  private show(index: number): void {
    this.at = Math.min(Math.max(index, 0), this.steps.length - 1);
    this.steps.forEach((step, place) => {
      step.hidden = place !== this.at;
    });
    const last = this.at === this.steps.length - 1;
    if (this.next) this.next.textContent = last ? (this.next.dataset.last ?? "") : this.nextText;
    if (this.back) this.back.hidden = this.at === 0;
    const count = this.dialog.querySelector<HTMLElement>("[data-tour-count]");
    if (count) {
      count.textContent = (count.dataset.tourCount ?? "")
        .replace("{n}", String(this.at + 1))
        .replace("{total}", String(this.steps.length));
    }
    this.steps[this.at]?.querySelector<HTMLElement>("h3")?.focus();
  }

  /** Tell the server once; where that fails, the tour comes again with the next case. */
  private remember(): void {
    const form = this.dialog.querySelector<HTMLFormElement>("form[data-tour-seen]");
    if (!form || !this.dialog.hasAttribute("data-tour-unseen")) return;
    this.dialog.removeAttribute("data-tour-unseen");
    fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {
      this.dialog.setAttribute("data-tour-unseen", "");
    });
  }
}
