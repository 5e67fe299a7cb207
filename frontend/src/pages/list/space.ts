import { signal, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

/** Where a table has no room: the style sheet has the same bound. */
const PHONE = matchMedia("(max-width: 600px)");
const narrow = signal(PHONE.matches);
PHONE.addEventListener("change", () => (narrow.value = PHONE.matches));

/** Whether containers are shown as cards. */
export const useCards = (): boolean => narrow.value;

/** Before anything was measured. */
const USUAL_WIDTH = 1200;

/** The width of an element, in pixels. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(USUAL_WIDTH);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    setWidth(box.clientWidth);
    const observer = new ResizeObserver(() => setWidth(box.clientWidth));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Lines above and below what is seen, and the steps in which that is looked at: most turns of the wheel draw nothing new. */
const BEYOND_PX = 400;
const STEP_PX = 200;

/** The first index of `tops` that lies below a place. */
function firstBelow(tops: readonly number[], place: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tops[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface Slice {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The lines between two places of the list. @param tops where the lines begin, and last where they end */
export function sliceOf(tops: readonly number[], top: number, bottom: number): Slice {
  const lines = tops.length - 1;
  const from = Math.max(0, firstBelow(tops, top) - 1);
  return { from: Math.min(from, lines), to: Math.max(Math.min(firstBelow(tops, bottom), lines), Math.min(from, lines)) };
}

/** The lines that are seen in the window, and some around. */
export function useSlice(element: RefObject<HTMLElement | null>, tops: readonly number[]): Slice {
  const [step, setStep] = useState({ top: 0, height: innerHeight });
  useLayoutEffect(() => {
    const look = (): void => {
      const above = -(element.current?.getBoundingClientRect().top ?? 0);
      const top = Math.floor(above / STEP_PX) * STEP_PX;
      setStep((before) => (before.top === top && before.height === innerHeight ? before : { top, height: innerHeight }));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, []);
  return sliceOf(tops, step.top - BEYOND_PX, step.top + STEP_PX + step.height + BEYOND_PX);
}

/** The value of a signal, at most once a frame: a stack that starts tells a hundred changes at once. Nothing is drawn while the page is hidden. */
export function useFramed<T>(source: ReadonlySignal<T>): T {
  const [value, setValue] = useState({ of: source.peek() });
  useEffect(() => {
    let frame = 0;
    let late = false;
    const take = (): void => {
      late = false;
      setValue((before) => (before.of === source.peek() ? before : { of: source.peek() }));
      frame = requestAnimationFrame(() => {
        frame = 0;
        if (late) take();
      });
    };
    const stop = source.subscribe(() => {
      // The first change is taken at once, those that follow it in the same frame together.
      if (frame === 0) take();
      else late = true;
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [source]);
  return value.of;
}
