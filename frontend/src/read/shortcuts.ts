/** Keyboard shortcuts of the read page: which key presses count, and whether they are switched on. */

const STORE = "second-read:shortcuts";

/** Whether a key press is meant for the page, not for a field, a dialog or the browser. */
export function isForThePage(event: KeyboardEvent): boolean {
  if (
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.isComposing
  ) {
    return false;
  }
  const target = event.target;
  if (!(target instanceof Element)) return true;
  // A click on a dialog's text leaves the focus with the body: no key may reach the page behind it.
  if (target.ownerDocument.querySelector("dialog[open]")) return false;
  if (target.closest("[popover], textarea, select, [contenteditable]")) return false;
  if (target instanceof HTMLInputElement) {
    const picks = ["radio", "checkbox", "range"].includes(target.type);
    // Enter on a radio button submits its form, which the browser does by itself.
    return (
      picks && event.key !== "Enter" && !(target.type === "range" && event.key.startsWith("Page"))
    );
  }
  // Enter and space on a link, button or summary do what it says.
  return !(event.key === "Enter" && target.closest("a, button, summary"));
}

/** Single-key shortcuts can be switched off (WCAG 2.1.4); the choice stays in this browser. */
export function shortcutsOn(storage: Storage): boolean {
  try {
    return storage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

export function setShortcuts(storage: Storage, on: boolean): void {
  try {
    storage.setItem(STORE, on ? "on" : "off");
  } catch {
    return;
  }
}
