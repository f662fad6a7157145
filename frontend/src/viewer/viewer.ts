/** One viewport: a stage with zoom, pan, turning, greys, layers, marks and measures. */

import { dragged, limited, NEUTRAL, type Adjustment } from "./adjust";
import { listenToGestures, type Tool } from "./gestures";
import {
  centredAs,
  clampView,
  fitView,
  keepVisible,
  MAX_ZOOM,
  mirror,
  panBy,
  pinch,
  toImage,
  toStage,
  turnBy,
  zoomAt,
  type Point,
  type Align,
  type Size,
  type View,
} from "./geometry";
import { facesAway } from "./hanging";
import { Outlines } from "./heatmap";
import { Lens } from "./lens";
import type { MarkEditor, MarkSurface } from "./marks";
import { drawMeasures } from "./measure";
import { drawOverlay } from "./overlay";
import { AS_STORED, type Look } from "./pixels/picture";
import { Plane } from "./plane";
import { BROUGHT_MARGIN, SLICE_DRAG, type ViewerOptions } from "./viewer_options";
import type { Layers, ViewerImage } from "./types";

export class Viewer implements MarkSurface {
  images: readonly ViewerImage[];
  readonly layers: Layers;
  index = 0;
  tool: Tool = "pan";
  look: Look = AS_STORED;
  readonly editor: MarkEditor;

  private pointed: Point | null = null;
  private placed: View = {
    width: 1,
    height: 1,
    scale: 1,
    x: 0,
    y: 0,
    turn: 0,
    mirrored: false,
    align: 0,
  };
  private fitted = true;
  private dragStart: Adjustment = NEUTRAL;
  private frame = 0;
  private dragged = 0;
  private readonly plane: Plane;
  readonly lens: Lens;
  private readonly outlines = new Outlines(() => {
    this.changed();
  });

  constructor(private readonly options: ViewerOptions) {
    this.images = options.images;
    this.layers = options.layers;
    this.editor = options.editor;
    this.placed = { ...this.placed, align: options.align ?? 0 };
    this.lens = new Lens(options.stage);
    this.plane = new Plane(
      options.plane,
      options.pictures,
      {
        onStatus: (status) => {
          options.onStatus(status);
          if (status === "ready" && this.pointed) this.hover(this.pointed);
        },
        onProgress: (share) => options.onProgress?.(share),
      },
      options.renditions,
    );
    for (const event of ["pointerdown", "focus"]) {
      options.stage.addEventListener(event, () => options.neighbours?.onActive(), true);
    }
    listenToGestures(options.stage, {
      tool: () => this.tool,
      press: (at, touch) => this.press(at, touch),
      drag: (at) => {
        if (this.measures) this.options.ruler.drag(this.image, this.toImage(at));
        else this.editor.drag(this, at);
      },
      drop: () => {
        if (this.measures) this.options.ruler.drop();
        else this.editor.drop();
      },
      cancel: () => {
        if (this.measures) this.options.ruler.cancel();
        else this.editor.cancel();
      },
      tap: (at, touch) => {
        if (this.tool === "mark") this.editor.tap(this, at, touch);
        else if (this.measures) this.options.ruler.drop();
      },
      pan: (dx, dy) => {
        this.drag(dx, dy);
      },
      pinch: (from, to) => {
        this.moveTo(pinch(this.view, from, to, this.minScale, this.maxScale));
      },
      adjustStart: () => {
        this.dragStart = this.look.adjustment;
      },
      adjust: (dx, dy) => {
        this.adjust(dragged(this.dragStart, dx, dy));
      },
      wheel: (deltaY, at, zoom) => {
        if (!zoom && this.slices.length > 1) this.step(Math.sign(deltaY), "slice");
        else this.zoom(Math.exp(-deltaY / 480), at);
      },
      hover: (at) => {
        this.hover(at);
      },
      doubleTap: () => {
        if (this.tool === "pan" || this.tool === "window") options.neighbours?.onDoubleTap();
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
    return Math.round(this.zoomShare * 100);
  }

  get inUse(): boolean {
    return this.options.neighbours?.isActive() ?? true;
  }

  get canMark(): boolean {
    return this.editor.canMark;
  }

  get scale(): number {
    return this.view.scale;
  }

  toImage(at: Point): Point {
    return toImage(this.view, at);
  }

  toStage(point: Point): Point {
    return toStage(this.view, point);
  }

  /** Pan just enough that an image point is in sight. */
  bring(point: Point): void {
    this.moveTo(keepVisible(this.view, point, this.stageSize, BROUGHT_MARGIN));
  }

  /** The middle of the stage, in stage pixels. */
  get middle(): Point {
    return { x: this.stageSize.width / 2, y: this.stageSize.height / 2 };
  }

  /** Where the image lies on the stage. */
  get view(): View {
    return this.placed;
  }

  /** Take over how another viewport lies: turned and enlarged as it is, with the same part in the middle. */
  follow(other: Viewer): void {
    const { image, stageSize } = this;
    const { turn, mirrored } = other.view;
    const fit = fitView(image, stageSize, 0, turn, mirrored, this.placed.align);
    const away = facesAway(image, other.image);
    const enlarged = { ...fit, scale: fit.scale * other.zoomShare };
    const view = centredAs(enlarged, this.middle, other.view, other.middle, away);
    this.placed = clampView(view, stageSize);
    this.fitted = Math.abs(other.zoomShare - 1) < 0.001;
    this.changed();
  }

  /** Scroll through other images, beginning with `start`; `align` says where narrow ones lie. */
  setImages(images: readonly ViewerImage[], start: ViewerImage, align: Align = 0): void {
    this.images = images;
    this.placed = { ...this.placed, align };
    this.fitted = true;
    this.index = -1;
    this.show(images.indexOf(start));
  }

  show(index: number): void {
    const before = this.images[this.index];
    this.index = Math.min(Math.max(index, 0), this.images.length - 1);
    const image = this.image;
    const sameSize = this.placed.width === image.width && this.placed.height === image.height;
    this.plane.show(image, this.layers, this.look);
    if (!sameSize || this.fitted) this.fit();
    if (before !== image) this.editor.imageChanged(this);
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
    this.options.neighbours?.onSlice();
  }

  zoom(factor: number, at: Point = this.middle): void {
    this.moveTo(zoomAt(this.view, factor, at, this.minScale, this.maxScale));
  }

  pan(dx: number, dy: number): void {
    this.moveTo(panBy(this.view, dx, dy));
  }

  /** The whole image as it is stored: neither turned nor mirrored, its own greys. */
  reset(): void {
    this.placed = { ...this.placed, turn: 0, mirrored: false };
    this.fit();
    this.setLook(AS_STORED);
    this.options.neighbours?.onView();
    this.changed();
  }

  /** A quarter turn, clockwise by 1, back by −1. */
  turn(quarters: 1 | -1): void {
    this.lay(turnBy(this.view, quarters, this.middle));
  }

  mirror(): void {
    this.lay(mirror(this.view, this.middle));
  }

  invert(): void {
    this.setLook({ ...this.look, inverted: !this.look.inverted });
  }

  /** Show the image in one of its windows, without brightness and contrast of one's own; false where there is none. */
  setPreset(preset: number): boolean {
    if (!this.image.windows[preset]) return false;
    this.setLook({ ...this.look, preset, adjustment: NEUTRAL });
    return true;
  }

  adjust(adjustment: Adjustment): void {
    this.setLook({ ...this.look, adjustment: limited(adjustment) });
  }

  setLook(look: Look): void {
    this.takeLook(look);
    this.options.neighbours?.onLook();
  }

  /** Take over how another viewport looks. */
  takeLook(look: Look): void {
    this.look = look;
    this.plane.adjust(look);
    this.options.onChange();
  }

  focus(): void {
    this.options.stage.focus();
  }

  setTool(tool: Tool): void {
    this.tool = tool === "mark" && !this.canMark ? "pan" : tool;
    if (this.tool !== "mark") this.editor.rest();
    this.changed();
  }

  retry(): void {
    this.plane.retry();
  }

  /** Show the room's layers again after a change. */
  showLayers(): void {
    this.plane.show(this.image, this.layers, this.look);
    this.changed();
  }

  private get measures(): boolean {
    return this.tool === "length" || this.tool === "angle";
  }

  private press(at: Point, touch: boolean): boolean {
    if (this.tool === "mark") return this.editor.press(this, at, touch);
    if (this.tool !== "length" && this.tool !== "angle") return false;
    this.options.ruler.press(this.tool, this.image.id, this.image, this.toImage(at));
    return true;
  }

  /** Pan; where the whole of a stack's image is in sight, there is nothing to pan and slices go by instead. */
  private drag(dx: number, dy: number): void {
    if (!this.fitted || this.slices.length < 2) {
      this.moveTo(panBy(this.view, dx, dy));
      return;
    }
    this.dragged += dy;
    const steps = Math.trunc(this.dragged / SLICE_DRAG);
    this.dragged -= steps * SLICE_DRAG;
    for (let i = 0; i < Math.abs(steps); i++) this.step(Math.sign(steps), "slice");
  }

  private hover(at: Point | null): void {
    this.pointed = at;
    if (at) this.lens.show(this.plane.source, this.view, at);
    else this.lens.hide();
    const point = at && this.toImage(at);
    this.options.onValue?.(point && this.plane.valueAt(point.x, point.y));
  }

  private fit(): void {
    this.fitted = true;
    const { turn, mirrored, align } = this.placed;
    this.placed = fitView(this.image, this.stageSize, 0, turn, mirrored, align);
  }

  private lay(view: View): void {
    this.placed = view;
    if (this.fitted) this.fit();
    this.moveTo(this.placed);
  }

  private moveTo(view: View): void {
    this.placed = clampView(view, this.stageSize);
    this.fitted = Math.abs(this.zoomShare - 1) < 0.001;
    this.options.neighbours?.onView();
    this.changed();
  }

  private resized(): void {
    if (this.fitted) this.fit();
    else this.placed = clampView(this.placed, this.stageSize);
    this.changed();
  }

  /** How many times as large as the whole image in sight. */
  get zoomShare(): number {
    return this.view.scale / this.minScale;
  }

  private get stageSize(): Size {
    return { width: this.options.stage.clientWidth, height: this.options.stage.clientHeight };
  }

  private get minScale(): number {
    return fitView(this.image, this.stageSize, 0, this.placed.turn).scale;
  }

  private get maxScale(): number {
    return this.minScale * MAX_ZOOM;
  }

  /** Show again what has changed elsewhere, such as the marks. */
  changed(): void {
    this.options.onChange();
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.plane.place(this.view);
      drawOverlay(this.options.overlay, {
        view: this.view,
        image: this.image.id,
        layers: this.layers,
        outlines: this.outlines.draw(this.image, this.layers, (point) => this.toStage(point)),
        marks: [
          ...drawMeasures(
            this.options.ruler.of(this.image.id),
            this.image.pixel_spacing_mm,
            (point) => this.toStage(point),
          ),
          ...this.editor.draw(this, this.layers.visible.marks),
        ],
      });
    });
  }
}
