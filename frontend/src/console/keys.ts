/** The keys of the dock. All others that are pressed in a terminal, Escape and Tab among them, are the program's. */

type Keys = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">;

/** Ctrl+`, and the key at that place on other keyboards. */
export function isToggle(event: Keys): boolean {
  return event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey && (event.key === "`" || event.code === "Backquote");
}

export const SMALLEST_FONT = 8;
export const LARGEST_FONT = 32;
export const USUAL_FONT = 13;

/** The font's size after a key, or null when it is none of Ctrl+Alt and plus, minus or zero. AltGr writes other characters with these. */
export function fontAfter(event: Keys, size: number): number | null {
  if (!event.ctrlKey || !event.altKey || event.metaKey) return null;
  switch (event.key) {
    case "+":
    case "=":
      return Math.min(size + 1, LARGEST_FONT);
    case "-":
      return Math.max(size - 1, SMALLEST_FONT);
    case "0":
      return USUAL_FONT;
    default:
      return null;
  }
}
