/* How this browser likes logs. */
import { signal, type Signal } from "@preact/signals";

function kept(name: string, usual: boolean): Signal<boolean> {
  const key = `berth-logs-${name}`;
  let before: string | null = null;
  try {
    before = localStorage.getItem(key);
  } catch {
    // A browser may forbid it: then it is as usual each time.
  }
  const setting = signal(before === null ? usual : before === "yes");
  let first = true;
  setting.subscribe((value) => {
    if (first) {
      first = false;
      return;
    }
    try {
      localStorage.setItem(key, value ? "yes" : "no");
    } catch {
      return;
    }
  });
  return setting;
}

export const wrapped = kept("wrap", true);
export const times = kept("times", true);
