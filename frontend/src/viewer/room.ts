/** The reading room: one or several viewports, of which one is active; layers, marks, measures and tools are shared. */

import type { Adjustment } from "./adjust";
import type { Point } from "./geometry";
import type { Tool } from "./gestures";
import type { Cell, Hanging } from "./hanging";
import type { MarkEditor, MarkTarget } from "./marks";
import type { Ruler } from "./measure";
import type { Look } from "./pixels/picture";
import {
  choiceOf,
  methodsOf,
  type Heatmap,
  type LayerName,
  type Layers,
  type ViewerImage,
} from "./types";
import type { Viewer } from "./viewer";
import type { ViewerOptions } from "./viewer_options";

export interface RoomOptions {
  readonly images: readonly ViewerImage[];
  readonly hanging: Hanging;
  /** The image to begin with, by its id. */
  readonly start: string;
  /** Whether several viewports may be shown at once; on a phone one at a time. */
  readonly spacious: boolean;
  readonly layers: Layers;
  readonly editor: MarkEditor;
  readonly ruler: Ruler;
  /** Makes the viewport of the place `index` on the wall. */
  readonly makeViewer: (
    index: number,
    options: Pick<ViewerOptions, "images" | "start" | "align" | "neighbours">,
  ) => Viewer;
  /** The wall has to be laid out anew. */
  readonly onLayout: () => void;
  readonly onChange: () => void;
}

export class Room implements MarkTarget {
  readonly images: readonly ViewerImage[];
  readonly layers: Layers;
  readonly editor: MarkEditor;
  readonly viewers: Viewer[] = [];
  /** Whether several viewports are in sight, or the active one alone. */
  spread: boolean;
  /** Whether zoom, greys and slices of one viewport are those of all. */
  linked: boolean;
  private active = 0;
  private following = false;

  constructor(private readonly options: RoomOptions) {
    this.images = options.images;
    this.layers = options.layers;
    this.editor = options.editor;
    this.linked = options.hanging.linked;
    this.spread = options.spacious && this.cells.length > 1;
    const start = this.images.find(({ id }) => id === options.start);
    const cell = this.cells.findIndex(({ images }) => start && images.includes(start));
    if (this.spread) {
      this.fill();
      this.active = Math.max(cell, 0);
      if (start) this.showImage(start);
    } else {
      const first = start ?? this.images[0];
      if (first) this.viewers.push(this.make(0, { images: this.images, start: first, align: 0 }));
    }
  }

  /** The active viewport. */
  get viewer(): Viewer {
    const viewer = this.viewers[this.active] ?? this.viewers[0];
    if (!viewer) throw new RangeError("The room has no viewport.");
    return viewer;
  }

  get cells(): readonly Cell[] {
    return this.options.hanging.cells;
  }

  /** Whether there is more than one place on the wall. */
  get canSpread(): boolean {
    return this.cells.length > 1;
  }

  get image(): ViewerImage {
    return this.viewer.image;
  }

  get slices(): readonly ViewerImage[] {
    return this.viewer.slices;
  }

  get tool(): Tool {
    return this.viewer.tool;
  }

  get canMark(): boolean {
    return this.editor.canMark;
  }

  /** Is there any mark to show or hide? */
  get hasMarks(): boolean {
    return this.editor.marks.length > 0 || this.editor.earlier.length > 0;
  }

  get scale(): number {
    return this.viewer.scale;
  }

  get middle(): Point {
    return this.viewer.middle;
  }

  get look(): Look {
    return this.viewer.look;
  }

  toImage(at: Point): Point {
    return this.viewer.toImage(at);
  }

  toStage(point: Point): Point {
    return this.viewer.toStage(point);
  }

  bring(point: Point): void {
    this.viewer.bring(point);
  }

  /** Show an image by its place among all of the case, in the viewport that has it. */
  show(index: number): void {
    const image = this.images[index];
    if (image) this.showImage(image);
  }

  adjust(adjustment: Adjustment): void {
    this.viewer.adjust(adjustment);
  }

  setTool(tool: Tool): void {
    for (const viewer of this.viewers) viewer.setTool(tool);
  }

  focus(): void {
    this.viewer.focus();
  }

  /** Several viewports, or the active one alone with all the case's images. */
  toggleSpread(): void {
    if (!this.canSpread) return;
    const { image } = this;
    this.spread = !this.spread;
    if (this.spread) {
      this.fill();
      const place = this.cells.findIndex(({ images }) => images.includes(image));
      this.cells.forEach((cell, index) => {
        const start = index === place ? image : cell.start;
        this.viewers[index]?.setImages(cell.images, start, cell.align);
      });
      this.active = Math.max(place, 0);
    } else this.viewer.setImages(this.images, image);
    this.options.onLayout();
    this.options.onChange();
  }

  /** Go on to the next viewport. */
  activateNext(): void {
    if (!this.spread) return;
    this.activate((this.active + 1) % this.viewers.length);
    this.focus();
  }

  toggleLinked(): void {
    this.linked = !this.linked;
    this.spreadLook();
    this.spreadView();
    this.options.onChange();
  }

  /** Show the mark's image and take the mark into the hand. */
  pickUpMark(index: number): void {
    const mark = this.editor.marks[index];
    const image = this.images.find(({ id }) => id === mark?.image);
    if (!this.canMark || !image) return;
    this.showImage(image);
    this.setTool("mark");
    this.editor.pickUp(this.viewer, index);
  }

  toggle(layer: LayerName): void {
    this.layers.visible[layer] = !this.layers.visible[layer];
    this.layersChanged();
  }

  setOpacity(opacity: number): void {
    this.layers.opacity = Math.min(Math.max(opacity, 0), 1);
    if (this.layers.opacity > 0) this.layers.visible.heatmap = true;
    this.layersChanged();
  }

  /** Heatmaps as areas or as outlines. */
  setStyle(style: Layers["style"]): void {
    this.layers.style = style;
    this.layers.visible.heatmap = true;
    this.layersChanged();
  }

  /** Show the heatmaps of a finding, by the method given or else the one shown now, where there is one. */
  choose(finding: string, method = this.layers.chosen.method): void {
    this.layers.chosen = choiceOf(this.layers.heatmaps, finding, method);
    this.layersChanged();
  }

  /** The next method that there is a heatmap of this finding by. */
  nextMethod(): void {
    const { finding, method } = this.layers.chosen;
    const methods = methodsOf(this.layers.heatmaps, finding);
    this.choose(finding, methods[(methods.indexOf(method) + 1) % methods.length] ?? method);
  }

  /** Take in a heatmap that was computed later, and show it on its image. */
  addHeatmap(heatmap: Heatmap): void {
    const others = this.layers.heatmaps.filter(({ id }) => id !== heatmap.id);
    this.layers.heatmaps = [...others, heatmap];
    this.layers.visible.heatmap = true;
    const image = this.images.find(({ id }) => id === heatmap.image);
    if (image) this.showImage(image);
    this.choose(heatmap.finding, heatmap.method);
  }

  /** Take the last measure away; false where there is none. */
  removeMeasure(): boolean {
    return this.options.ruler.removeLast();
  }

  /** Show again what has changed elsewhere, such as the marks. */
  changed(): void {
    for (const viewer of this.viewers) viewer.changed();
  }

  private showImage(image: ViewerImage): void {
    const place = this.spread
      ? this.viewers.findIndex(({ images }) => images.includes(image))
      : this.active;
    if (place < 0) {
      // Hung elsewhere than on this wall: alone, every image can be seen.
      this.toggleSpread();
      this.showImage(image);
      return;
    }
    this.activate(place);
    const { viewer } = this;
    if (viewer.image !== image) viewer.show(viewer.images.indexOf(image));
    this.spreadSlice();
  }

  private activate(place: number): void {
    if (place === this.active) return;
    this.active = place;
    this.options.onLayout();
    this.changed();
  }

  private fill(): void {
    this.cells.forEach((cell, index) => {
      this.viewers[index] ??= this.make(index, cell);
    });
    for (const viewer of this.viewers) viewer.setTool(this.viewer.tool);
  }

  private make(index: number, cell: Cell): Viewer {
    return this.options.makeViewer(index, {
      images: cell.images,
      start: cell.start.id,
      align: cell.align,
      neighbours: {
        isActive: () => this.viewers[this.active] === this.viewers[index],
        onActive: () => {
          this.activate(index);
        },
        onView: () => {
          this.spreadView();
        },
        onLook: () => {
          this.spreadLook();
        },
        onSlice: () => {
          this.spreadSlice();
        },
        onDoubleTap: () => {
          this.activate(index);
          this.toggleSpread();
        },
      },
    });
  }

  private spreadView(): void {
    const { viewer } = this;
    this.toOthers((other) => {
      other.follow(viewer);
    });
  }

  private spreadLook(): void {
    const { viewer } = this;
    this.toOthers((other) => {
      other.takeLook(viewer.look);
    });
  }

  private spreadSlice(): void {
    const place = this.slices.indexOf(this.image);
    this.toOthers((other) => {
      const slice = other.slices[place];
      if (slice && other.slices.length === this.slices.length) {
        other.show(other.images.indexOf(slice));
      }
    });
  }

  /** Each of the others, once: what they do in turn isn't spread again. */
  private toOthers(change: (other: Viewer) => void): void {
    if (!this.linked || !this.spread || this.following) return;
    this.following = true;
    for (const other of this.viewers) if (other !== this.viewer) change(other);
    this.following = false;
  }

  private layersChanged(): void {
    for (const viewer of this.viewers) viewer.showLayers();
  }
}
