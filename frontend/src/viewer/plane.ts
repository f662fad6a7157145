/** The moving plane: the picture itself, the heatmap over it and the masks, in image pixels. */

import { cssTransform, type View } from "./geometry";
import type { Look, Picture, PictureEvents, PictureMaker, Relay, Status } from "./pixels/picture";
import { PlainPicture } from "./pixels/plain";
import { isChosen, type Layers, type ViewerImage } from "./types";

export class Plane {
  private readonly overlays = new Map<string, HTMLElement>();
  private picture!: Picture;
  /** What will take the picture's place as soon as it has the image, too. */
  private next: Picture | null = null;
  private shown: { image: ViewerImage; layers: Layers; look: Look } | null = null;
  /** Whether the first picture still stands in for the second. */
  private relaying = false;
  /** Images to fetch early, once the picture that stays is there. */
  private readonly waiting: ViewerImage[] = [];

  constructor(
    private readonly element: HTMLElement,
    pictures: PictureMaker | Relay,
    private readonly events: PictureEvents,
    private readonly renditions: readonly string[] = [],
  ) {
    if (typeof pictures === "function") this.begin(pictures);
    else this.relay(pictures);
  }

  /** Show an image with its layers; its status is told at once and again when it changes. */
  show(image: ViewerImage, layers: Layers, look: Look): void {
    this.shown = { image, layers, look };
    this.element.style.width = `${image.width}px`;
    this.element.style.height = `${image.height}px`;
    this.element.replaceChildren(
      this.picture.element,
      ...this.heatmaps(image, layers),
      ...this.masks(image, layers),
    );
    for (const picture of this.pictures) {
      picture.adjust(look);
      picture.show(image);
    }
  }

  /** Fetch an image early, so that it is there when it is asked for. */
  preload(image: ViewerImage): void {
    if (this.relaying) this.waiting.push(image);
    else this.picture.preload(image);
  }

  place(view: View): void {
    this.element.style.transform = cssTransform(view);
  }

  adjust(look: Look): void {
    if (this.shown) this.shown.look = look;
    for (const picture of this.pictures) picture.adjust(look);
  }

  /** The image's real value at an image point; null where it isn't known. */
  valueAt(x: number, y: number): number | null {
    return this.picture.valueAt({ x, y });
  }

  /** What the picture is drawn on, for a lens over it. */
  get source(): HTMLCanvasElement | HTMLImageElement | null {
    const { element } = this.picture;
    if (element instanceof HTMLCanvasElement) return element;
    return element.querySelector("img");
  }

  /** Ask again for the image that couldn't be fetched. */
  retry(): void {
    for (const picture of this.pictures) picture.retry();
  }

  private get pictures(): readonly Picture[] {
    return this.next ? [this.picture, this.next] : [this.picture];
  }

  private begin(make: PictureMaker): void {
    this.adopt(make({ ...this.events, onFailure: this.fallBack }));
  }

  /** The first picture, and the second as soon as the first has its image. */
  private relay({ first, then }: Relay): void {
    this.relaying = true;
    let asked = false;
    const onStatus = (status: Status): void => {
      this.events.onStatus(status);
      if (status === "loading" || asked) return;
      asked = true;
      then()
        .then((make) => {
          this.prepare(make);
        })
        .catch(() => {
          // The first picture stays, and fetches what was to come.
          this.settle();
        });
    };
    this.picture = first({ ...this.events, onStatus });
    this.element.dataset.picture = this.picture.kind;
  }

  private prepare(make: PictureMaker): void {
    const next = make({
      onStatus: (status) => {
        if (this.next === next && status === "ready") this.adopt(next);
        if (this.picture === next) this.events.onStatus(status);
      },
      onProgress: (share) => {
        if (this.picture === next) this.events.onProgress(share);
      },
      onFailure: this.fallBack,
    });
    this.next = next;
    if (!this.shown) return;
    next.adjust(this.shown.look);
    next.show(this.shown.image);
  }

  private adopt(picture: Picture): void {
    this.picture = picture;
    this.next = null;
    this.element.dataset.picture = picture.kind;
    this.settle();
    if (this.shown) this.show(this.shown.image, this.shown.layers, this.shown.look);
  }

  /** No other picture will come: what was to be fetched early is fetched by this one. */
  private settle(): void {
    this.relaying = false;
    for (const image of this.waiting.splice(0)) this.picture.preload(image);
  }

  /** Plain images instead of what can't be drawn here; they draw everywhere, so this happens once. */
  private readonly fallBack = (): void => {
    if (this.picture.kind === "plain") return;
    this.begin((events) => new PlainPicture(events, this.renditions));
  };

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
