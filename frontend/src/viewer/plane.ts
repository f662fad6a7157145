/** The moving plane: the picture itself, the heatmap over it and the masks, in image pixels. */

import { cssTransform, type View } from "./geometry";
import type { Look, Picture, PictureEvents, PictureMaker } from "./pixels/picture";
import { PlainPicture } from "./pixels/plain";
import { isChosen, type Layers, type ViewerImage } from "./types";

export class Plane {
  private readonly overlays = new Map<string, HTMLElement>();
  private picture: Picture | null = null;
  private shown: { image: ViewerImage; layers: Layers; look: Look } | null = null;
  private waiting: ViewerImage[] = [];

  /** `pictures` may come later: until then there is nothing but "loading". */
  constructor(
    private readonly element: HTMLElement,
    pictures: PictureMaker | Promise<PictureMaker>,
    private readonly events: PictureEvents,
    private readonly renditions: readonly string[] = [],
  ) {
    if (pictures instanceof Promise) {
      events.onStatus("loading");
      void pictures.then((make) => {
        this.begin(make);
      });
    } else this.begin(pictures);
  }

  /** Show an image with its layers; its status is told at once and again when it changes. */
  show(image: ViewerImage, layers: Layers, look: Look): void {
    this.shown = { image, layers, look };
    this.element.style.width = `${image.width}px`;
    this.element.style.height = `${image.height}px`;
    this.element.replaceChildren(
      ...(this.picture ? [this.picture.element] : []),
      ...this.heatmaps(image, layers),
      ...this.masks(image, layers),
    );
    this.picture?.adjust(look);
    this.picture?.show(image);
  }

  /** Fetch an image early, so that it is there when it is asked for. */
  preload(image: ViewerImage): void {
    if (this.picture) this.picture.preload(image);
    else this.waiting.push(image);
  }

  place(view: View): void {
    this.element.style.transform = cssTransform(view);
  }

  adjust(look: Look): void {
    if (this.shown) this.shown.look = look;
    this.picture?.adjust(look);
  }

  /** The image's real value at an image point; null where it isn't known. */
  valueAt(x: number, y: number): number | null {
    return this.picture?.valueAt({ x, y }) ?? null;
  }

  /** What the picture is drawn on, for a lens over it. */
  get source(): HTMLCanvasElement | HTMLImageElement | null {
    const element = this.picture?.element;
    if (element instanceof HTMLCanvasElement) return element;
    return element?.querySelector("img") ?? null;
  }

  /** Ask again for the image that couldn't be fetched. */
  retry(): void {
    this.picture?.retry();
  }

  private begin(make: PictureMaker): void {
    this.picture = make({
      ...this.events,
      onFailure: () => {
        this.fallBack();
      },
    });
    this.element.dataset.picture = this.picture.kind;
    for (const image of this.waiting) this.picture.preload(image);
    this.waiting = [];
    if (this.shown) this.show(this.shown.image, this.shown.layers, this.shown.look);
  }

  /** Plain images instead of what can't be drawn here; they draw everywhere, so this happens once. */
  private fallBack(): void {
    if (this.picture?.kind === "plain") return;
    this.begin((events) => new PlainPicture(events, this.renditions));
  }

  private heatmaps(image: ViewerImage, layers: Layers): HTMLElement[] {
    if (!layers.visible.heatmap || layers.style === "contour") return [];
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
