/** The next case's images, fetched while this one is read: into the browser's cache, one after the other. */

/** Fetch each address when nothing else is to be done; a connection that saves data, or fails, is left in peace. */
export async function prefetch(
  urls: readonly string[],
  wait: () => Promise<void>,
): Promise<number> {
  let fetched = 0;
  for (const url of urls) {
    await wait();
    try {
      const answer = await fetch(url, { credentials: "same-origin", priority: "low" });
      if (!answer.ok) return fetched;
      // Read to its end: only a whole answer is kept.
      await answer.arrayBuffer();
    } catch {
      return fetched;
    }
    fetched += 1;
  }
  return fetched;
}

/** Whether the reader's device asks to save data. */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
