/** The moving plane: the picture itself, the heatmap over it and the masks, in image pixels. */

import { cssFilter, type Adjustment } from "./adjust";
import type { View } from "./geometry";
import { isChosen, type Layers, type ViewerImage } from "./types";

/** The rendition that an image's own address names. */
export const AS_SHOWN = "display";

/** The address of another rendition of the same image. */
export function renditionUrl(url: string, rendition: string): string {
  return rendition === AS_SHOWN ? url : url.replace(/[^/]+$/, rendition);
}

export type Status = "loading" | "ready" | "error";

export class Plane {
  private readonly pictures = new Map<string, { element: HTMLImageElement; status: Status }>();
  private readonly overlays = new Map<string, HTMLElement>();
  private shown: ViewerImage | null = null;
  private rendition = AS_SHOWN;

  constructor(
    private readonly element: HTMLElement,
    private readonly onStatus: (status: Status) => void,
  ) {}

  /** Show an image with its layers; its status is told at once and again when it changes. */
  show(image: ViewerImage, layers: Layers, adjustment: Adjustment): void {
    this.shown = image;
    const picture = this.picture(image);
    picture.element.style.filter = cssFilter(adjustment);
    this.element.style.width = `${image.width}px`;
    this.element.style.height = `${image.height}px`;
    this.element.replaceChildren(
      picture.element,
      ...this.heatmaps(image, layers),
      ...this.masks(image, layers),
    );
    this.onStatus(picture.status);
  }

  /** Take the images from another rendition, such as another window, from the next `show` on. */
  setRendition(rendition: string): void {
    this.rendition = rendition;
  }

  /** Fetch an image early, so that it is there when it is asked for. */
  preload(image: ViewerImage): void {
    this.picture(image);
  }

  place(view: View): void {
    this.element.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }

  adjust(adjustment: Adjustment): void {
    const picture = this.shown ? this.pictures.get(this.address(this.shown)) : undefined;
    if (picture) picture.element.style.filter = cssFilter(adjustment);
  }

  /** Ask again for the image that couldn't be fetched. */
  retry(): void {
    if (!this.shown) return;
    this.pictures.delete(this.address(this.shown));
    const picture = this.picture(this.shown);
    this.element.firstElementChild?.replaceWith(picture.element);
    this.onStatus(picture.status);
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
      if (wanted === address && this.pictures.get(address) === picture) this.onStatus(status);
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
    return renditionUrl(image.url, this.rendition);
  }

  private heatmaps(image: ViewerImage, layers: Layers): HTMLElement[] {
    if (!layers.visible.heatmap) return [];
    return layers.heatmaps
      .filter((heatmap) => heatmap.image === image.id && isChosen(heatmap, layers.chosen))
      .map((heatmap) => {
        const element = this.overlay(heatmap.id, () => {
          const picture = new Image(image.width, image.height);
          picture.alt = "";
          picture.src = heatmap.url;
          return picture;
        });
        element.style.opacity = String(layers.opacity);
        return element;
      });
  }

  private masks(image: ViewerImage, layers: Layers): HTMLElement[] {
    if (!layers.visible.regions) return [];
    const elements: HTMLElement[] = [];
    for (const region of layers.regions) {
      const url = region.mask_url;
      if (region.image !== image.id || !url) continue;
      elements.push(
        this.overlay(url, () => {
          const element = document.createElement("div");
          element.className = "layer layer-mask";
          element.style.maskImage = `url("${encodeURI(url)}")`;
          return element;
        }),
      );
    }
    return elements;
  }

  private overlay(key: string, make: () => HTMLElement): HTMLElement {
    const known = this.overlays.get(key);
    if (known) return known;
    const element = make();
    this.overlays.set(key, element);
    return element;
  }
}
