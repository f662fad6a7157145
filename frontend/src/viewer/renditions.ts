/** Renditions: the same image as the server can send it, told apart by the last part of its address. */

/** The rendition that an image's own address names. */
export const AS_SHOWN = "display";

/** The address of another rendition of the same image. */
export function renditionUrl(url: string, rendition: string): string {
  return rendition === AS_SHOWN ? url : url.replace(/[^/]+$/, rendition);
}
