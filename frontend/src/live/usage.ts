import { signal } from "@preact/signals";
import type { UsageMessage } from "../api/types";
import { openSocket, socketAddress, type LiveSocket } from "./socket";
import { UsageBook, type Usage } from "./usageBook";

const book = new UsageBook();

/** Grows with each reading of all containers, once a second: who shows what `usageOf` gives reads this, too. */
export const usageTick = signal(0);

export const usageOf = (id: string): Usage | undefined => book.of(id);

let users = 0;
let socket: LiveSocket | null = null;

/** While the page is hidden nobody is asked for anything. */
function adjust(): void {
  const wanted = users > 0 && !document.hidden;
  if (wanted && socket === null) {
    socket = openSocket(() => socketAddress("/ws/v1/usage"), {
      message: (message) => {
        // A cast, because the wire contract is agreed with the server and not checked again here.
        book.take(message as UsageMessage);
        usageTick.value++;
      },
    });
  } else if (!wanted && socket !== null) {
    socket.close();
    socket = null;
  }
}

/** Follows what all containers use, over one connection, until what it gives is called. */
export function followUsage(): () => void {
  if (users++ === 0) document.addEventListener("visibilitychange", adjust);
  adjust();
  return () => {
    if (--users === 0) document.removeEventListener("visibilitychange", adjust);
    adjust();
  };
}
