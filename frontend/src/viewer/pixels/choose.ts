/** Which kind of picture the page gets: Cornerstone on the graphics card, on the CPU, or plain images. */

import type { ViewerImage } from "../types";
import { Hands, whenIdle } from "../../idle";
import { CanvasPicture } from "./canvas";
import type { PictureMaker, Relay, Status } from "./picture";
import { PlainPicture } from "./plain";

type Kind = "plain" | "cpu" | "gpu";

/** What a page asks for by `?viewer=`, for tests and for people whose graphics card fails. */
export function askedKind(search: string): Kind | null {
  const asked = new URLSearchParams(search).get("viewer");
  return asked === "plain" || asked === "cpu" || asked === "gpu" ? asked : null;
}

/** Whether the browser draws WebGL 2 at all. */
export function hasWebGL(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export function plainMaker(renditions: readonly string[]): PictureMaker {
  return (events) => new PlainPicture(events, renditions);
}

/**
 * What draws these images: a canvas of our own at once, then Cornerstone, which comes in a chunk of its own. Where
 * that can't be had, or fails to start, plain images take its place.
 *
 * Its start keeps the browser busy for a while: every viewport's first picture is to stand before, and nobody to be in
 * the middle of a drag.
 */
export function choosePictures(
  images: readonly ViewerImage[],
  renditions: readonly string[],
  search = location.search,
  makeFirst: PictureMaker = (events) => new CanvasPicture(events),
): PictureMaker | Relay {
  const asked = askedKind(search);
  if (asked === "plain") return plainMaker(renditions);
  const hands = new Hands();
  const firsts: Promise<void>[] = [];
  let coming: Promise<PictureMaker> | undefined;
  return {
    first: (events) => {
      let settled: () => void = () => undefined;
      firsts.push(new Promise((resolve) => (settled = resolve)));
      const onStatus = (status: Status): void => {
        events.onStatus(status);
        if (status !== "loading") settled();
      };
      return makeFirst({ ...events, onStatus });
    },
    then: () =>
      (coming ??= Promise.all(firsts)
        .then(whenIdle)
        .then(() => hands.off())
        .then(() => cornerstone(images, renditions, asked))),
  };
}

async function cornerstone(
  images: readonly ViewerImage[],
  renditions: readonly string[],
  asked: "cpu" | "gpu" | null,
): Promise<PictureMaker> {
  try {
    const { cornerstoneMaker } = await import("./cornerstone");
    return cornerstoneMaker(images, asked ?? (hasWebGL() ? "gpu" : "cpu"));
  } catch {
    return plainMaker(renditions);
  }
}
