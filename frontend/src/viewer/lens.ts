/** The magnifier: a round lens that follows the pointer and shows the picture twice as large. */

import { toImage, type Point, type View } from "./geometry";

const RADIUS = 90;
const POWER = 2;

export class Lens {
  private readonly canvas = document.createElement("canvas");
  on = false;

  constructor(stage: HTMLElement) {
    this.canvas.className = "viewer-lens";
    this.canvas.hidden = true;
    this.canvas.ariaHidden = "true";
    stage.append(this.canvas);
  }

  toggle(): void {
    this.on = !this.on;
    if (!this.on) this.canvas.hidden = true;
  }

  hide(): void {
    this.canvas.hidden = true;
  }

  /** Show what lies at a stage point. */
  show(source: HTMLCanvasElement | HTMLImageElement | null, view: View, at: Point): void {
    const context = this.canvas.getContext("2d");
    if (!this.on || !source || !context) return;
    const pixels = Math.round(2 * RADIUS * devicePixelRatio);
    if (this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels;
    this.canvas.hidden = false;
    this.canvas.style.transform = `translate(${at.x - RADIUS}px, ${at.y - RADIUS}px)`;
    const point = toImage(view, at);
    const scale = view.scale * POWER * devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, pixels, pixels);
    context.translate(pixels / 2, pixels / 2);
    context.rotate((view.turn * Math.PI) / 180);
    context.scale(view.mirrored ? -scale : scale, scale);
    context.filter = source.style.filter || "none";
    context.drawImage(source, -point.x, -point.y, view.width, view.height);
  }
}
