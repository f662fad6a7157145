/**
 * Cornerstone3D behind a picture: real values, windowed in its viewport, copied to a canvas as large as the image.
 *
 * The viewport itself lies out of sight at the image's own size, one canvas pixel to an image pixel, so that zoom,
 * turning and mirroring are the plane's alone, the same for every kind of picture.
 */

import {
  cache,
  Enums,
  imageLoader,
  init,
  metaData,
  RenderingEngine,
  type Types,
} from "@cornerstonejs/core";

import type { Point } from "../geometry";
import type { ViewerImage } from "../types";
import {
  AS_STORED,
  type Look,
  type Picture,
  type PictureEvents,
  type PictureMaker,
  type Status,
} from "./picture";
import { takeValues, type Values } from "./values";
import { rangeIn, shownRange, windowOf } from "./window";

const SCHEME = "secondread";
/** What loaded images may take up together; a stack of 40 slices of 512² takes 21 MB. */
const CACHE_BYTES = 400 * 1024 * 1024;

type Loaded = Types.IImage & { readonly values: Values };

/** The images of the page by Cornerstone's ids, and who wants to know how far one has come. */
class Store {
  private readonly images = new Map<string, ViewerImage>();
  private readonly watchers = new Map<string, Set<(share: number) => void>>();

  constructor(images: readonly ViewerImage[]) {
    for (const image of images) this.images.set(idOf(image), image);
    cache.setMaxCacheSize(CACHE_BYTES);
    imageLoader.registerImageLoader(SCHEME, (id) => ({ promise: this.load(id) }));
    metaData.addProvider((type: string, id: string) => this.told(type, id), 10_000);
  }

  watch(id: string, watcher: (share: number) => void): void {
    const watchers = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, watchers.add(watcher));
  }

  private async load(id: string): Promise<Types.IImage> {
    const image = this.images.get(id);
    if (!image) throw new Error("The page has no such image.");
    const values = await takeValues(image, (share) => {
      this.watchers.get(id)?.forEach((watcher) => {
        watcher(share);
      });
    }).finally(() => this.watchers.delete(id));
    return loadedImage(id, image, values) as Loaded;
  }

  private told(type: string, id: string): Record<string, unknown> | undefined {
    const image = this.images.get(id);
    if (!image) return undefined;
    if (type === "imagePixelModule") {
      const bits = image.values.bits;
      return {
        pixelRepresentation: 0,
        bitsAllocated: bits,
        bitsStored: bits,
        highBit: bits - 1,
        photometricInterpretation: "MONOCHROME2",
        samplesPerPixel: 1,
      };
    }
    if (type === "generalSeriesModule") return { modality: "OT" };
    if (type === "imagePlaneModule") {
      return {
        frameOfReferenceUID: id,
        rows: image.height,
        columns: image.width,
        imageOrientationPatient: [1, 0, 0, 0, 1, 0],
        rowCosines: [1, 0, 0],
        columnCosines: [0, 1, 0],
        imagePositionPatient: [0, 0, 0],
        rowPixelSpacing: 1,
        columnPixelSpacing: 1,
      };
    }
    return undefined;
  }
}

function idOf(image: ViewerImage): string {
  return `${SCHEME}:${image.id}`;
}

function loadedImage(id: string, image: ViewerImage, values: Values): Partial<Loaded> {
  const { numbers } = values;
  const whole = windowOf(rangeIn(values));
  return {
    imageId: id,
    values,
    minPixelValue: Math.floor(values.lowest),
    maxPixelValue: Math.ceil(values.highest),
    slope: 1,
    intercept: 0,
    windowCenter: whole.center,
    windowWidth: whole.width,
    voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
    getPixelData: () => numbers,
    rows: image.height,
    columns: image.width,
    height: image.height,
    width: image.width,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    columnPixelSpacing: 1,
    rowPixelSpacing: 1,
    invert: false,
    photometricInterpretation: "MONOCHROME2",
    sizeInBytes: numbers.byteLength,
    dataType: numbers.constructor.name as Types.PixelDataTypedArrayString,
    isPreScaled: true,
  };
}

/** Let go of an image that couldn't be fetched, so that it is asked for again; somebody else may have been first. */
function forget(id: string): void {
  if (cache.getImageLoadObject(id)) cache.removeImageLoadObject(id, { force: true });
}

let engine: RenderingEngine | null = null;
let made = 0;

/** The maker of pictures that Cornerstone draws, on the graphics card or the CPU. Throws where it can't start. */
export function cornerstoneMaker(
  images: readonly ViewerImage[],
  kind: "cpu" | "gpu",
): PictureMaker {
  init({ rendering: { useCPURendering: kind === "cpu" }, debug: {} });
  const shared = (engine ??= new RenderingEngine("second-read"));
  const store = new Store(images);
  return (events) => new CornerstonePicture(events, store, shared, kind);
}

class CornerstonePicture implements Picture {
  readonly element = document.createElement("canvas");
  private readonly host = document.createElement("div");
  private readonly viewportId = `picture-${++made}`;
  private readonly context: CanvasRenderingContext2D;
  private shown: ViewerImage | null = null;
  /** The image that the viewport has, which may be an earlier one while another loads. */
  private drawn: Loaded | null = null;
  private look: Look = AS_STORED;
  private enabled = false;
  /** Whether the shown image has been given to the viewport and not been drawn yet. */
  private coming = false;
  private size = "";

  constructor(
    private readonly events: PictureEvents,
    private readonly store: Store,
    private readonly engine: RenderingEngine,
    readonly kind: "cpu" | "gpu",
  ) {
    const context = this.element.getContext("2d");
    if (!context) throw new Error("The browser draws no canvas.");
    this.context = context;
    this.element.className = "viewer-picture";
    this.host.className = "viewer-offstage";
    this.host.ariaHidden = "true";
    this.host.addEventListener(Enums.Events.IMAGE_RENDERED, () => {
      this.copy();
    });
  }

  show(image: ViewerImage): void {
    if (this.shown === image) return;
    this.shown = image;
    const known = cache.getImage(idOf(image)) as Loaded | undefined;
    if (known) {
      this.begin(image, known);
      return;
    }
    this.tell("loading");
    this.store.watch(idOf(image), (share) => {
      if (this.shown === image) this.events.onProgress(share);
    });
    imageLoader.loadAndCacheImage(idOf(image)).then(
      (loaded) => {
        if (this.shown === image) this.begin(image, loaded as Loaded);
      },
      () => {
        forget(idOf(image));
        if (this.shown === image) this.tell("error");
      },
    );
  }

  adjust(look: Look): void {
    this.look = look;
    if (this.enabled) this.window();
  }

  valueAt(point: Point): number | null {
    const { drawn, shown } = this;
    if (!drawn || !shown || drawn.imageId !== idOf(shown)) return null;
    const column = Math.floor(point.x);
    const row = Math.floor(point.y);
    if (column < 0 || row < 0 || column >= shown.width || row >= shown.height) return null;
    return drawn.values.numbers[row * shown.width + column] ?? null;
  }

  preload(image: ViewerImage): void {
    imageLoader.loadAndCacheImage(idOf(image)).catch(() => {
      // Whoever shows it will ask again, and be told.
      forget(idOf(image));
    });
  }

  retry(): void {
    const image = this.shown;
    this.shown = null;
    if (image) this.show(image);
  }

  /** Draw, or give up where the viewport itself fails: plain images then take over. */
  private begin(image: ViewerImage, loaded: Loaded): void {
    try {
      this.draw(image, loaded);
    } catch {
      this.events.onFailure?.();
    }
  }

  private draw(image: ViewerImage, loaded: Loaded): void {
    this.fit(image);
    this.drawn = loaded;
    const viewport = this.viewport;
    // An id for its own sake: sizes, and with them textures, may differ from image to image.
    viewport.setStack([loaded.imageId]).then(
      () => {
        if (this.shown !== image) return;
        viewport.resetCamera();
        this.coming = true;
        this.window();
      },
      () => {
        this.events.onFailure?.();
      },
    );
  }

  private window(): void {
    if (!this.drawn || !this.shown) return;
    const range = shownRange(this.shown, this.look, rangeIn(this.drawn.values));
    this.viewport.setProperties({
      voiRange: { lower: range.lower, upper: range.upper },
      invert: this.look.inverted,
      interpolationType: Enums.InterpolationType.NEAREST,
    });
    this.viewport.render();
  }

  /** A viewport of one canvas pixel to an image pixel, whatever the screen's pixels are. */
  private fit(image: ViewerImage): void {
    const size = `${image.width}x${image.height}`;
    if (size === this.size) return;
    this.size = size;
    this.element.width = image.width;
    this.element.height = image.height;
    this.host.style.width = `${image.width / devicePixelRatio}px`;
    this.host.style.height = `${image.height / devicePixelRatio}px`;
    if (!this.enabled) {
      document.body.append(this.host);
      this.engine.enableElement({
        viewportId: this.viewportId,
        type: Enums.ViewportType.STACK,
        element: this.host,
        defaultOptions: { background: [0, 0, 0] },
      });
      this.enabled = true;
    } else {
      this.engine.resize(true, false);
    }
  }

  private copy(): void {
    const from = this.viewport.canvas;
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(from, 0, 0, this.element.width, this.element.height);
    if (!this.coming) return;
    this.coming = false;
    this.tell("ready");
  }

  private get viewport(): Types.IStackViewport {
    return this.engine.getViewport<Types.IStackViewport>(this.viewportId);
  }

  private tell(status: Status): void {
    this.events.onStatus(status);
  }
}
