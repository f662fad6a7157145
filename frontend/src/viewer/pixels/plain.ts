/** The plain picture: an <img> of the rendition that the server has windowed, greys changed by CSS filters. */

import { cssFilter } from "../adjust";
import { AS_SHOWN, renditionUrl } from "../renditions";
import type { ViewerImage } from "../types";
import type { Look, Picture, PictureEvents, Status } from "./picture";

export class PlainPicture implements Picture {
  readonly kind = "plain";
  readonly element = document.createElement("div");
  private readonly pictures = new Map<string, { element: HTMLImageElement; status: Status }>();
  private shown: ViewerImage | null = null;
  private look: Look | null = null;

  /** `renditions` are the names of the windows that the server can show, in the order of the images' windows. */
  constructor(
    private readonly events: PictureEvents,
    private readonly renditions: readonly string[],
  ) {
    this.element.className = "viewer-picture";
  }

  show(image: ViewerImage): void {
    this.shown = image;
    const picture = this.picture(image);
    this.element.replaceChildren(picture.element);
    this.filter();
    this.events.onStatus(picture.status);
  }

  adjust(look: Look): void {
    const before = this.look?.preset ?? 0;
    this.look = look;
    if (this.shown && before !== look.preset) this.show(this.shown);
    else this.filter();
  }

  valueAt(): null {
    return null;
  }

  preload(image: ViewerImage): void {
    this.picture(image);
  }

  retry(): void {
    if (!this.shown) return;
    this.pictures.delete(this.address(this.shown));
    this.show(this.shown);
  }

  private filter(): void {
    const picture = this.shown ? this.pictures.get(this.address(this.shown)) : undefined;
    if (!picture || !this.look) return;
    const invert = this.look.inverted ? "invert(1)" : "";
    const levels = cssFilter(this.look.adjustment);
    picture.element.style.filter =
      [levels === "none" ? "" : levels, invert].join(" ").trim() || "none";
  }

  private picture(image: ViewerImage): { element: HTMLImageElement; status: Status } {
    const address = this.address(image);
    const known = this.pictures.get(address);
    if (known) return known;
    const element = new Image(image.width, image.height);
    const picture = { element, status: "loading" as Status };
    const settle = (status: Status): void => {
      picture.status = status;
      element.hidden = status === "error";
      const wanted = this.shown ? this.address(this.shown) : "";
      if (wanted === address && this.pictures.get(address) === picture) {
        this.events.onStatus(status);
      }
    };
    element.alt = "";
    element.draggable = false;
    element.addEventListener("load", () => {
      settle("ready");
    });
    element.addEventListener("error", () => {
      settle("error");
    });
    element.src = address;
    this.pictures.set(address, picture);
    return picture;
  }

  private address(image: ViewerImage): string {
    return renditionUrl(image.url, this.renditions[this.look?.preset ?? 0] ?? AS_SHOWN);
  }
}
