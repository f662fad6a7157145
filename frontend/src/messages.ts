/** Sentences that script shows: they stand in the page's `<template id="messages">`, so that gettext translates them. */

/** The sentence of `key` with `{name}` filled in; "" where the page has none. */
export function message(
  key: string,
  values: Record<string, string | number> = {},
  page: Document = document,
): string {
  const store = page.querySelector<HTMLTemplateElement>("template#messages");
  const found = store?.content.querySelector(`[data-message="${key}"]`)?.textContent.trim() ?? "";
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
