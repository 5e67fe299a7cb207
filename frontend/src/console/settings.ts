import { effect, signal } from "@preact/signals";
import { LARGEST_FONT, SMALLEST_FONT, USUAL_FONT } from "./keys";

/** How this browser shows terminals. */
const FONT_KEY = "berth-console-font";
const READER_KEY = "berth-console-reader";
const HEIGHT_KEY = "berth-console-height";

/** Of the window, in hundredths. */
export const LOWEST = 20;
export const HIGHEST = 90;
const USUAL_HEIGHT = 42;

function kept(key: string, least: number, most: number, otherwise: number): number {
  const number = Number(localStorage.getItem(key) ?? Number.NaN);
  return number >= least && number <= most ? number : otherwise;
}

export const fontSize = signal(kept(FONT_KEY, SMALLEST_FONT, LARGEST_FONT, USUAL_FONT));
export const readerMode = signal(localStorage.getItem(READER_KEY) === "on");
export const height = signal(kept(HEIGHT_KEY, LOWEST, HIGHEST, USUAL_HEIGHT));

effect(() => localStorage.setItem(FONT_KEY, String(fontSize.value)));
effect(() => localStorage.setItem(READER_KEY, readerMode.value ? "on" : "off"));
effect(() => localStorage.setItem(HEIGHT_KEY, String(height.value)));

export function setHeight(hundredths: number): void {
  height.value = Math.max(LOWEST, Math.min(HIGHEST, Math.round(hundredths)));
}
