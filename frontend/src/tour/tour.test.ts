import { beforeEach, expect, test, vi } from "vitest";
import { bindTour } from "./tour";

const PAGE = (state: string): string => `
  <button id="before">Somewhere</button>
  <dialog id="help" open><button id="again" data-tour-open>Tour</button></dialog>
  <section data-tour-again hidden></section>
  <dialog id="tour" ${state}>
    <button data-tour-close>Skip</button>
    <div data-tour-step><h3 tabindex="-1">One</h3></div>
    <div data-tour-step hidden><h3 tabindex="-1">Two</h3></div>
    <div data-tour-step hidden><h3 tabindex="-1">Three</h3></div>
    <p data-tour-count="Step {n} of {total}"></p>
    <button data-tour-back hidden>Back</button>
    <button data-tour-next data-last="To the case">Next</button>
    <form action="/account/tour" data-tour-seen><input name="csrfmiddlewaretoken" value="t"></form>
  </dialog>`;

function part(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

function sheet(selector: string): HTMLDialogElement {
  return part(selector) as HTMLDialogElement;
}

const sent = vi.fn(() => Promise.resolve(new Response(null, { status: 204 })));

function start(state: string): HTMLDialogElement {
  document.body.innerHTML = PAGE(state);
  const dialog = sheet("#tour");
  bindTour(document);
  return dialog;
}

function heading(): string {
  return document.activeElement?.textContent ?? "";
}

beforeEach(() => {
  sent.mockClear();
  vi.stubGlobal("fetch", sent);
  // jsdom knows dialogs by their attribute alone.
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement): void {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement): void {
    if (!this.open) return;
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

test("opens by itself only where the page says that it is due", () => {
  expect(start("data-tour-unseen data-tour-start").open).toBe(true);
  expect(start("data-tour-unseen").open).toBe(false);
  expect(start("").open).toBe(false);
});

test("goes through three steps, the focus on the heading of each, and ends by itself", () => {
  const dialog = start("data-tour-unseen data-tour-start");
  const next = part("[data-tour-next]");
  expect(heading()).toBe("One");
  expect(part("[data-tour-back]").hidden).toBe(true);
  next.click();
  expect(heading()).toBe("Two");
  expect(part("[data-tour-count]").textContent).toBe("Step 2 of 3");
  part("[data-tour-back]").click();
  expect(heading()).toBe("One");
  next.click();
  next.click();
  expect(heading()).toBe("Three");
  expect(next.textContent).toBe("To the case");
  expect(sent).not.toHaveBeenCalled();
  next.click();
  expect(dialog.open).toBe(false);
  expect(sent).toHaveBeenCalledOnce();
});

test("skipping is remembered, once", () => {
  const dialog = start("data-tour-unseen data-tour-start");
  part("[data-tour-close]").click();
  expect(dialog.open).toBe(false);
  part("#again").click();
  part("[data-tour-close]").click();
  expect(sent).toHaveBeenCalledOnce();
  const [address, options] = sent.mock.calls[0] as unknown as [string, RequestInit];
  expect(new URL(address).pathname).toBe("/account/tour");
  expect((options.body as FormData).get("csrfmiddlewaretoken")).toBe("t");
});

test("is remembered again later where the site couldn't be reached", async () => {
  sent.mockImplementationOnce(() => Promise.reject(new TypeError("offline")));
  const dialog = start("data-tour-unseen data-tour-start");
  part("[data-tour-close]").click();
  await vi.waitFor(() => {
    expect(dialog.hasAttribute("data-tour-unseen")).toBe(true);
  });
});

test("is found again from the help sheet, which gives way, and starts over", () => {
  const dialog = start("");
  expect(part("[data-tour-again]").hidden).toBe(false);
  part("#again").click();
  expect(sheet("#help").open).toBe(false);
  expect(dialog.open).toBe(true);
  part("[data-tour-next]").click();
  dialog.close();
  part("#again").click();
  expect(heading()).toBe("One");
  expect(sent).not.toHaveBeenCalled();
});

test("a page without a tour is left alone", () => {
  document.body.innerHTML = "<button data-tour-open>Tour</button>";
  bindTour(document);
  expect(document.querySelector("dialog")).toBeNull();
});
