/** Lets Lighthouse grade pages: one JSON line comes in for each page, one goes out. Chromium is started once. */
import { createInterface } from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { connect } from "puppeteer-core";

const [chromePath, ...chromeFlags] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags, logLevel: "silent" });
const browser = await connect({ browserURL: `http://127.0.0.1:${chrome.port}` });
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, cookies, categories } = JSON.parse(line);
    let result = await graded(url, cookies, categories);
    // Lighthouse says itself to run it again where the browser's trace came late.
    for (let again = 0; again < 3 && result.lhr.runtimeError?.code === "NO_NAVSTART"; again++) {
      result = await graded(url, cookies, categories);
    }
    process.stdout.write(`${JSON.stringify(told(result))}\n`);
  }
} finally {
  await browser.disconnect();
  chrome.kill();
}

/** Lighthouse's result for a page of its own, asked for with these cookies and no others. */
async function graded(url, cookies, categories) {
  const page = await browser.newPage();
  const network = await page.createCDPSession();
  // Into the browser itself: a Cookie header would give way to what pages have set before.
  await network.send("Network.clearBrowserCookies");
  await network.send("Network.setCookies", { cookies: cookies.map((one) => ({ ...one, url })) });
  const flags = { logLevel: "silent", onlyCategories: categories, disableStorageReset: true };
  try {
    return await lighthouse(url, flags, undefined, page);
  } finally {
    await page.close();
  }
}

/** The scores of 0 to 100, and of each category what cost points. */
function told(result) {
  const { lhr } = result;
  const scores = {};
  const lost = [];
  for (const [name, category] of Object.entries(lhr.categories)) {
    scores[name] = category.score === null ? null : Math.round(category.score * 100);
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 0.9) {
        lost.push(`${name}: ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ""}`);
      }
    }
  }
  return { url: lhr.finalDisplayedUrl, error: lhr.runtimeError?.message ?? "", scores, lost };
}
