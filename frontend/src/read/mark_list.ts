/** The list of marks beside the question: which finding, on which image, and a button that takes each away. */

import { message } from "../messages";
import type { Mark } from "../viewer/marks";
import type { ReadPayload } from "./payload";

export function showMarkList(
  list: HTMLElement,
  marks: readonly Mark[],
  read: ReadPayload,
  remove: (index: number) => void,
): void {
  const labels = new Map(read.question?.findings.map(({ key, label }) => [key, label]));
  const limit = read.question?.max_marks ?? 0;
  const rows = marks.map((mark, index) => {
    const row = document.createElement("li");
    const image = read.images.findIndex(({ id }) => id === mark.image) + 1;
    const text = message("mark-row", {
      n: index + 1,
      finding: labels.get(mark.finding) ?? mark.finding,
      image,
    });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "icon-button";
    button.textContent = message("remove");
    button.ariaLabel = message("remove-mark", { n: index + 1 });
    button.addEventListener("click", () => {
      remove(index);
    });
    row.append(text, button);
    return row;
  });
  if (rows.length === 0) {
    const row = document.createElement("li");
    row.textContent = message("no-marks", { limit });
    rows.push(row);
  }
  list.replaceChildren(...rows);
}
