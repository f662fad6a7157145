/** Sending a form exactly once: buttons rest after a submit, and wake up when the page comes back. */

const BUSY = "aria-busy";

/** Refuse a second submit of the same form while the first is on its way. */
export function submitOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.getAttribute(BUSY) === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute(BUSY, "true");
    for (const button of submitButtons(form)) button.setAttribute("aria-disabled", "true");
  });
}

/** Let the form be sent again (the page was left and came back, or the answer never came). */
export function wake(form: HTMLFormElement): void {
  form.removeAttribute(BUSY);
  for (const button of submitButtons(form)) button.removeAttribute("aria-disabled");
}

function submitButtons(form: HTMLFormElement): readonly HTMLButtonElement[] {
  return [...form.elements].filter(
    (each): each is HTMLButtonElement =>
      each instanceof HTMLButtonElement && each.type === "submit",
  );
}
