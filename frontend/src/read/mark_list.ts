/** The list of marks beside the question: what each stands for, how sure the learner is of it, and what to do with it. */

import { message } from "../messages";
import type { Mark } from "../viewer/marks";
import type { ReadPayload } from "./payload";

export interface MarkActions {
  readonly remove: (index: number) => void;
  readonly edit: (index: number, change: Partial<Pick<Mark, "finding" | "certainty">>) => void;
  /** Take a mark into the hand, to move and resize it by keyboard. */
  readonly pickUp: (index: number) => void;
}

/** Fill the list; its rows are made from the template that the page holds. */
export function showMarkList(
  list: HTMLElement,
  marks: readonly Mark[],
  read: ReadPayload,
  actions: MarkActions,
): void {
  const template = list.ownerDocument.querySelector<HTMLTemplateElement>("template[data-mark-row]");
  const active = list.ownerDocument.activeElement;
  const focused = active instanceof HTMLElement && list.contains(active) ? active : null;
  const rows = marks.map((mark, index) => row(template, mark, index, read, actions));
  const again = focused && sameField(list, rows, focused);
  if (rows.length === 0) {
    const none = document.createElement("li");
    none.textContent = message("no-marks", { limit: read.question?.max_marks ?? 0 });
    rows.push(none);
  }
  list.replaceChildren(...rows);
  // A field that was in use goes on being in use although its row was made anew.
  again?.focus({ preventScroll: true });
}

function row(
  template: HTMLTemplateElement | null,
  mark: Mark,
  index: number,
  read: ReadPayload,
  actions: MarkActions,
): HTMLElement {
  const made = template?.content.firstElementChild?.cloneNode(true);
  if (!(made instanceof HTMLElement)) return document.createElement("li");
  const n = index + 1;
  const part = (name: string): HTMLElement | null => made.querySelector(`[data-row-${name}]`);
  const image = read.images.findIndex(({ id }) => id === mark.image) + 1;
  const text = part("text");
  const only = read.question?.findings.length === 1 ? read.question.findings[0]?.label : "";
  if (text) {
    text.textContent = message("mark-row", { n, shape: message(`shape-${mark.shape}`), image });
  }
  if (text && only) text.textContent += ` · ${only}`;
  const finding = part("finding");
  if (finding instanceof HTMLSelectElement) {
    finding.value = mark.finding;
    finding.ariaLabel = message("mark-finding", { n });
    finding.addEventListener("change", () => {
      actions.edit(index, { finding: finding.value });
    });
  }
  const certainty = part("certainty");
  if (certainty instanceof HTMLSelectElement) {
    certainty.value = mark.certainty === null ? "" : mark.certainty.toFixed(2);
    certainty.ariaLabel = message("mark-certainty", { n });
    certainty.addEventListener("change", () => {
      const value = certainty.value === "" ? null : Number(certainty.value);
      actions.edit(index, { certainty: value });
    });
  }
  bindButton(part("edit"), message("edit-mark", { n }), () => {
    actions.pickUp(index);
  });
  bindButton(part("remove"), message("remove-mark", { n }), () => {
    actions.remove(index);
  });
  return made;
}

function bindButton(button: HTMLElement | null, name: string, press: () => void): void {
  if (!button) return;
  button.ariaLabel = name;
  button.addEventListener("click", press);
}

/** The field of the new rows that stands where the focused one of the old rows stood. */
function sameField(
  list: HTMLElement,
  rows: readonly HTMLElement[],
  focused: HTMLElement,
): HTMLElement | null {
  const place = [...list.children].findIndex((one) => one.contains(focused));
  const name = focused.getAttributeNames().find((one) => one.startsWith("data-row-"));
  const row = rows[Math.min(place, rows.length - 1)];
  return (name ? row?.querySelector<HTMLElement>(`[${name}]`) : null) ?? null;
}
