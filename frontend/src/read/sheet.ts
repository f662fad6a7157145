/**
 * The question as a sheet over the image on a small screen: pulled up or put down by a button, a key or a finger.
 * On a wide screen, and without script, the panel simply stands where it is.
 */

import { message } from "../messages";

/** A pull of less than this (CSS pixels) on the handle is a press. */
const PULL = 24;

export interface Sheet {
  /** Pull the sheet up where it is down, and the other way round. */
  toggle: () => void;
}

/** Bind the sheet; null on a page without one. */
export function bindSheet(page: Document): Sheet | null {
  const panel = page.querySelector<HTMLElement>("[data-sheet]");
  const handle = page.querySelector<HTMLButtonElement>("[data-sheet-toggle]");
  const name = page.querySelector<HTMLElement>("[data-sheet-name]");
  if (!panel || !handle || !name) return null;
  const set = (open: boolean): void => {
    panel.dataset.sheet = open ? "up" : "down";
    handle.ariaExpanded = String(open);
    name.textContent = message(open ? "sheet-down" : "sheet-up", {}, page);
  };
  const isUp = (): boolean => panel.dataset.sheet === "up";
  handle.hidden = false;
  page.documentElement.classList.add("with-sheet");
  set(false);

  let from = 0;
  let pulled = false;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    pulled = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (pulled || !handle.hasPointerCapture(event.pointerId)) return;
    const way = event.clientY - from;
    if (Math.abs(way) < PULL) return;
    pulled = true;
    set(way < 0);
  });
  handle.addEventListener("click", () => {
    // A pull has done its work already: the click that ends it isn't a press.
    if (pulled) pulled = false;
    else set(!isUp());
  });
  return {
    toggle: () => {
      set(!isUp());
    },
  };
}
