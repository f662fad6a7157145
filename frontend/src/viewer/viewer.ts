/** The plain viewer: one stage with zoom, pan, brightness, contrast, layers and marks. */

import { dragged, limited, NEUTRAL, type Adjustment } from "./adjust";
import { listenToGestures, type Tool } from "./gestures";
import {
  clampView,
  fitView,
  insideImage,
  keepVisible,
  MAX_ZOOM,
  panBy,
  pinch,
  toImage,
  zoomAt,
  type Point,
  type Size,
  type View,
} from "./geometry";
import { addMark, nearestMark, removeMark, type Mark } from "./marks";
import { drawOverlay } from "./overlay";
import { AS_SHOWN, Plane, type Status } from "./plane";
import {
  choiceOf,
  methodsOf,
  type Heatmap,
  type LayerName,
  type Layers,
  type ViewerImage,
} from "./types";

/** How near (stage pixels) a tap or Delete must be to a mark to mean it. */
const MARK_REACH = 18;
const RETICLE_MARGIN = 32;

export interface ViewerOptions {
  readonly stage: HTMLElement;
  readonly plane: HTMLElement;
  readonly overlay: SVGSVGElement;
  readonly images: readonly ViewerImage[];
  readonly layers: Layers;
  /** The image to begin with, by its id; the first one where it isn't given. */
  readonly start?: string;
  readonly marks: readonly Mark[];
  /** Marks of the opinion given before, to look at only. */
  readonly earlier?: readonly Mark[];
  /** 0 where this step takes no marks. */
  readonly markLimit: number;
  /** Which finding a new mark stands for. */
  readonly markFinding: () => string;
  readonly onStatus: (status: Status) => void;
  /** Something that a toolbar or caption shows has changed. */
  readonly onChange: () => void;
  readonly onMarks: (marks: readonly Mark[], what: "placed" | "removed" | "full") => void;
}

export class Viewer {
  readonly images: readonly ViewerImage[];
  readonly layers: Layers;
  index = 0;
  tool: Tool = "pan";
  adjustment: Adjustment = NEUTRAL;
  marks: readonly Mark[];
  reticle: Point | null = null;
  /** Which rendition of the images is shown: as they are, or in another window. */
  rendition = AS_SHOWN;

  private view: View = { scale: 1, x: 0, y: 0 };
  private fitted = true;
  /** Where the reticle was when it placed its last mark. */
  private lastPlaced: Point | null = null;
  private dragStart: Adjustment = NEUTRAL;
  private frame = 0;
  private readonly plane: Plane;

  constructor(private readonly options: ViewerOptions) {
    this.images = options.images;
    this.layers = options.layers;
    this.marks = options.marks;
    this.plane = new Plane(options.plane, options.onStatus);
    listenToGestures(options.stage, {
      tool: () => this.tool,
      tap: (at) => {
        this.tap(at);
      },
      pan: (dx, dy) => {
        this.moveTo(panBy(this.view, dx, dy));
      },
      pinch: (from, to) => {
        this.moveTo(pinch(this.view, from, to, this.minScale, this.maxScale));
      },
      adjustStart: () => {
        this.dragStart = this.adjustment;
      },
      adjust: (dx, dy) => {
        this.adjust(dragged(this.dragStart, dx, dy));
      },
      wheel: (deltaY, at, zoom) => {
        if (!zoom && this.slices.length > 1) this.step(Math.sign(deltaY), "slice");
        else this.zoom(Math.exp(-deltaY / 480), at);
      },
    });
    new ResizeObserver(() => {
      this.resized();
    }).observe(options.stage);
    this.show(this.images.findIndex(({ id }) => id === options.start));
  }

  get image(): ViewerImage {
    const image = this.images[this.index];
    if (!image) throw new RangeError("The viewer has no image.");
    return image;
  }

  /** The images of the current series, in slice order as given. */
  get slices(): readonly ViewerImage[] {
    return this.images.filter((image) => image.series === this.image.series);
  }

  /** Per cent of the "whole image" view, for the caption. */
  get zoomPercent(): number {
    return Math.round((this.view.scale / this.minScale) * 100);
  }

  /** Is there any mark to show or hide? */
  get hasMarks(): boolean {
    return this.marks.length > 0 || (this.options.earlier ?? []).length > 0;
  }

  get canMark(): boolean {
    return this.options.markLimit > 0;
  }

  show(index: number): void {
    const before = this.images[this.index];
    this.index = Math.min(Math.max(index, 0), this.images.length - 1);
    const image = this.image;
    const sameSize = before?.width === image.width && before.height === image.height;
    this.plane.show(image, this.layers, this.adjustment);
    if (!sameSize || this.fitted) this.reset(false);
    if (this.reticle) this.reticle = insideImage(this.reticle, image);
    this.lastPlaced = null;
    for (const step of [1, -1, 2, -2, 3, -3]) {
      const near = this.images[this.index + step];
      if (near) this.plane.preload(near);
    }
    this.changed();
  }

  /** Go on or back by one image, or by one slice without leaving the series. */
  step(by: number, what: "image" | "slice" = "image"): void {
    const next = this.images[this.index + by];
    if (!next || (what === "slice" && next.series !== this.image.series)) return;
    this.show(this.index + by);
  }

  zoom(factor: number, at: Point = this.middle): void {
    this.moveTo(zoomAt(this.view, factor, at, this.minScale, this.maxScale));
  }

  pan(dx: number, dy: number): void {
    this.moveTo(panBy(this.view, dx, dy));
  }

  /** The whole image again; with `all`, brightness and contrast too. */
  reset(all = true): void {
    this.fitted = true;
    this.view = fitView(this.image, this.stageSize);
    if (all) this.adjust(NEUTRAL);
    this.changed();
  }

  adjust(adjustment: Adjustment): void {
    this.adjustment = limited(adjustment);
    this.plane.adjust(this.adjustment);
    this.options.onChange();
  }

  setRendition(rendition: string): void {
    this.rendition = rendition;
    this.plane.setRendition(rendition);
    this.show(this.index);
  }

  setTool(tool: Tool): void {
    this.tool = tool === "mark" && !this.canMark ? "pan" : tool;
    if (this.tool !== "mark") this.reticle = null;
    this.changed();
  }

  /** Move the reticle by stage pixels, showing it first where it isn't yet. */
  moveReticle(dx: number, dy: number): void {
    const from = this.reticle ?? this.lastPlaced ?? toImage(this.view, this.middle);
    const step = { x: from.x + dx / this.view.scale, y: from.y + dy / this.view.scale };
    this.reticle = insideImage(step, this.image);
    this.moveTo(keepVisible(this.view, this.reticle, this.stageSize, RETICLE_MARGIN));
  }

  /** Place a mark and put the reticle away, so that the next Enter commits; arrows bring it back. */
  placeAtReticle(): void {
    const at = this.reticle;
    if (!at) {
      this.moveReticle(0, 0);
      return;
    }
    this.reticle = null;
    this.lastPlaced = at;
    this.place(at);
  }

  /** Remove the mark under the reticle, or else the last one placed on this image. */
  removeNearest(): void {
    const image = this.image.id;
    const reach = MARK_REACH / this.view.scale;
    const at = this.reticle ?? this.lastPlaced;
    const near = at ? nearestMark(this.marks, image, at, reach) : -1;
    this.remove(near >= 0 ? near : this.marks.findLastIndex((mark) => mark.image === image));
  }

  remove(index: number): void {
    if (!this.canMark || index < 0 || index >= this.marks.length) return;
    this.setMarks(removeMark(this.marks, index), "removed");
  }

  setMarks(marks: readonly Mark[], what: "placed" | "removed" | "full"): void {
    this.marks = marks;
    this.options.onMarks(marks, what);
    this.changed();
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
    const index = this.images.findIndex(({ id }) => id === heatmap.image);
    if (index >= 0 && index !== this.index) this.show(index);
    this.choose(heatmap.finding, heatmap.method);
  }

  retry(): void {
    this.plane.retry();
  }

  private layersChanged(): void {
    this.plane.show(this.image, this.layers, this.adjustment);
    this.changed();
  }

  private tap(at: Point): void {
    if (this.tool !== "mark") return;
    const point = toImage(this.view, at);
    const inside = insideImage(point, this.image);
    if (Math.hypot(point.x - inside.x, point.y - inside.y) > 1) return;
    this.reticle = null;
    this.lastPlaced = null;
    const hit = nearestMark(this.marks, this.image.id, point, MARK_REACH / this.view.scale);
    if (hit >= 0) this.remove(hit);
    else this.place(inside);
  }

  private place(point: Point): void {
    if (!this.canMark) return;
    const mark = { image: this.image.id, finding: this.options.markFinding(), ...point };
    const marks = addMark(this.marks, mark, this.options.markLimit);
    this.setMarks(marks, marks === this.marks ? "full" : "placed");
  }

  private moveTo(view: View): void {
    this.view = clampView(view, this.image, this.stageSize);
    this.fitted = Math.abs(this.view.scale / this.minScale - 1) < 0.001;
    this.changed();
  }

  private resized(): void {
    if (this.fitted) this.reset(false);
    else this.moveTo(this.view);
  }

  private get stageSize(): Size {
    return { width: this.options.stage.clientWidth, height: this.options.stage.clientHeight };
  }

  private get middle(): Point {
    return { x: this.stageSize.width / 2, y: this.stageSize.height / 2 };
  }

  private get minScale(): number {
    return fitView(this.image, this.stageSize).scale;
  }

  private get maxScale(): number {
    return this.minScale * MAX_ZOOM;
  }

  private changed(): void {
    this.options.onChange();
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.plane.place(this.view);
      drawOverlay(this.options.overlay, {
        view: this.view,
        image: this.image.id,
        marks: this.marks,
        earlier: this.options.earlier ?? [],
        layers: this.layers,
        reticle: this.reticle,
      });
    });
  }
}
