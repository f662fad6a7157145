/** Bookmarking a case and reporting a fault without leaving the page; without script the forms are sent as they are. */

import { message } from "../messages";

interface Answer {
  readonly error?: { readonly message: string };
}

/** Take over the two forms, where the page has them. */
export function bindNotes(page: Document): void {
  bindBookmark(page);
  const fault = page.querySelector<HTMLFormElement>("form[data-fault]");
  fault?.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(fault, "POST", fields(fault, ["kind", "text"])).then((sent) => {
      if (!sent) return;
      const text = fault.querySelector<HTMLTextAreaElement>("textarea");
      if (text) text.value = "";
      say(fault, message("fault-sent"));
    });
  });
}

function bindBookmark(page: Document): void {
  const form = page.querySelector<HTMLFormElement>("form[data-bookmark]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    const removes = pressed instanceof HTMLButtonElement && pressed.name === "remove";
    const asked = removes ? send(form, "DELETE") : send(form, "PUT", fields(form, ["note"]));
    void asked.then((done) => {
      if (done) show(page, form, !removes);
    });
  });
}

/** What the bar and the form show of a bookmark that is there, or that isn't any more. */
function show(page: Document, form: HTMLFormElement, on: boolean): void {
  const button = page.querySelector<HTMLElement>("[data-bookmark-button]");
  const name = page.querySelector<HTMLElement>("[data-bookmark-name]");
  const remove = form.querySelector<HTMLElement>("[data-bookmark-remove]");
  if (button) button.dataset.on = on ? "yes" : "";
  if (name) name.textContent = message(on ? "bookmark-on" : "bookmark-off");
  if (remove) {
    // The button that was pressed goes away: the focus must not go with it.
    if (!on && remove === page.activeElement) form.querySelector("textarea")?.focus();
    remove.hidden = !on;
  }
  if (!on) form.reset();
  const note = form.querySelector<HTMLTextAreaElement>("textarea");
  if (note && !on) note.value = "";
  say(form, message(on ? "bookmark-kept" : "bookmark-removed"));
}

/** Send a form's content to the API; false where it wasn't taken, which the form then says. */
async function send(
  form: HTMLFormElement,
  method: string,
  body: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  try {
    const response = await fetch(form.dataset.api ?? "", {
      method,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": fields(form, ["csrfmiddlewaretoken"]).csrfmiddlewaretoken ?? "",
      },
      body: JSON.stringify(body),
    });
    if (response.ok) return true;
    const answer = (await response.json()) as Answer;
    say(form, answer.error?.message ?? message("note-offline"));
  } catch {
    say(form, message("note-offline"));
  }
  return false;
}

function fields(form: HTMLFormElement, names: readonly string[]): Record<string, string> {
  const data = new FormData(form);
  return Object.fromEntries(
    names.map((name) => {
      const value = data.get(name);
      return [name, typeof value === "string" ? value : ""];
    }),
  );
}

function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector("[data-note-status]");
  if (place) place.textContent = text;
}
