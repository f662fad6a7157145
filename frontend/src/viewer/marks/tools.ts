/** The buttons for marking: which shape, undo and redo, remove. */

import type { MarkEditor } from "./editor";
import { SHAPES } from "./model";
import type { MarkSurface } from "./surface";

/** The viewport that the buttons work on: of several, the active one. */
export interface MarkTarget extends MarkSurface {
  readonly editor: MarkEditor;
  readonly tool: string;
  setTool(tool: "mark"): void;
}

/** Bind the buttons inside `root`; returns the function that refreshes them. */
export function bindMarkTools(root: HTMLElement, target: MarkTarget): () => void {
  const { editor } = target;
  const shapes = [...root.querySelectorAll<HTMLElement>("[data-mark-shape]")];
  for (const button of shapes) {
    button.addEventListener("click", () => {
      const shape = SHAPES.find((one) => one === button.dataset.markShape);
      if (shape) editor.setShape(shape);
      target.setTool("mark");
    });
  }
  const button = (name: string): HTMLButtonElement | null =>
    root.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
  const undo = button("undo");
  const redo = button("redo");
  const remove = button("remove-mark");
  undo?.addEventListener("click", () => {
    editor.undo();
  });
  redo?.addEventListener("click", () => {
    editor.redo();
  });
  remove?.addEventListener("click", () => {
    editor.removeNearest(target);
  });
  return () => {
    for (const one of shapes) {
      const chosen = target.tool === "mark" && one.dataset.markShape === editor.shape;
      one.ariaPressed = String(chosen);
    }
    rest(undo, !editor.canUndo);
    rest(redo, !editor.canRedo);
    rest(remove, !editor.marks.some(({ image }) => image === target.image.id));
  };
}

/** A button that has the focus isn't taken away: it only says that it does nothing now. */
function rest(button: HTMLButtonElement | null, resting: boolean): void {
  button?.setAttribute("aria-disabled", String(resting));
}
