const GAP_PX = 6;
const MARGIN_PX = 8;

/** Puts a popover below a button, or above where there is no room, in the coordinates of the document: it scrolls with the button. */
export function placeBeside(box: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + GAP_PX;
  const top = below + height > innerHeight && at.top > height + GAP_PX ? at.top - GAP_PX - height : below;
  const left = Math.max(MARGIN_PX, Math.min(at.left, document.documentElement.clientWidth - width - MARGIN_PX));
  box.style.top = `${top + scrollY}px`;
  box.style.left = `${left + scrollX}px`;
}
