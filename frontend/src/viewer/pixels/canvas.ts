/**
 * The first picture: real values windowed by our own few lines, there while Cornerstone still starts.
 *
 * Its greys are those that Cornerstone will show, so nobody sees when that takes over.
 */

import type { Point } from "../geometry";
import type { ViewerImage } from "../types";
import { AS_STORED, type Look, type Picture, type PictureEvents } from "./picture";
import { earlyValues, type Values } from "./values";
import { rangeIn, shownRange, type Range } from "./window";

const OPAQUE = 0xff000000;

export class CanvasPicture implements Picture {
  readonly kind = "canvas";
  readonly element = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private shown: ViewerImage | null = null;
  private values: Values | null = null;
  private look: Look = AS_STORED;

  constructor(private readonly events: PictureEvents) {
    const context = this.element.getContext("2d");
    if (!context) throw new Error("The browser draws no canvas.");
    this.context = context;
    this.element.className = "viewer-picture";
  }

  show(image: ViewerImage): void {
    if (this.shown === image) return;
    this.shown = image;
    this.values = null;
    this.events.onStatus("loading");
    const progress = (share: number): void => {
      if (this.shown === image) this.events.onProgress(share);
    };
    earlyValues(image, progress).then(
      (values) => {
        if (this.shown !== image) return;
        this.values = values;
        this.element.width = values.width;
        this.element.height = values.height;
        this.draw();
        this.events.onStatus("ready");
      },
      () => {
        if (this.shown === image) this.events.onStatus("error");
      },
    );
  }

  adjust(look: Look): void {
    if (look === this.look) return;
    this.look = look;
    this.draw();
  }

  valueAt({ x, y }: Point): number | null {
    if (!this.values) return null;
    const { width, height, numbers } = this.values;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return null;
    return numbers[row * width + column] ?? null;
  }

  preload(image: ViewerImage): void {
    earlyValues(image).catch(() => undefined);
  }

  retry(): void {
    const image = this.shown;
    this.shown = null;
    if (image) this.show(image);
  }

  private draw(): void {
    if (!this.values || !this.shown) return;
    const { width, height } = this.values;
    const drawn = this.context.createImageData(width, height);
    const range = shownRange(this.shown, this.look, rangeIn(this.values));
    paint(new Uint32Array(drawn.data.buffer), this.values, range, this.look.inverted);
    this.context.putImageData(drawn, 0, 0);
  }
}

/** Write values into pixels (four bytes each, opaque) as greys: black up to the range's lower end, white from its upper. */
export function paint(
  pixels: Uint32Array,
  { numbers }: Values,
  { lower, upper }: Range,
  inverted: boolean,
): void {
  const slope = 255 / (upper - lower);
  const flip = inverted ? 255 : 0;
  for (let i = 0; i < numbers.length; i++) {
    const share = ((numbers[i] ?? 0) - lower) * slope;
    const grey = (share <= 0 ? 0 : share >= 255 ? 255 : (share + 0.5) | 0) ^ flip;
    pixels[i] = OPAQUE | (grey << 16) | (grey << 8) | grey;
  }
}
