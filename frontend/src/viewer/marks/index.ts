/** The learner's marks: what they are, how they are edited, and how they are drawn. */

export { MarkEditor, type MarkEditorOptions } from "./editor";
export type { MarkChange } from "./list";
export { nextShape, parseMarks, pointMark, SHAPES, type Mark, type Shape } from "./model";
export type { MarkSurface } from "./surface";
export { bindMarkTools, type MarkTarget } from "./tools";
