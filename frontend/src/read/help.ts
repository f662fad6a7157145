/** The help sheet: opens on "?", closes on Escape, and holds the switch for single-key shortcuts. */

import { setShortcuts, shortcutsOn } from "./shortcuts";

/** Bind the sheet and its buttons; returns the function that opens it. */
export function bindHelp(page: Document): () => void {
  const dialog = page.querySelector<HTMLDialogElement>("dialog#help");
  const open = (): void => {
    if (dialog && !dialog.open) dialog.showModal();
  };
  for (const button of page.querySelectorAll<HTMLElement>("[data-help-open]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  for (const button of page.querySelectorAll("[data-help-close]")) {
    button.addEventListener("click", () => {
      dialog?.close();
    });
  }
  const box = dialog?.querySelector<HTMLInputElement>("[data-shortcuts]");
  if (box) {
    box.checked = shortcutsOn(localStorage);
    box.addEventListener("change", () => {
      setShortcuts(localStorage, box.checked);
    });
  }
  return open;
}
