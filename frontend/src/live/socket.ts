/** A WebSocket that comes back by itself. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const STEADY_AFTER_MS = 5_000;

let left = false;

/** The user logs out: the server ends the connections before the page is gone, and none of them is to come back and find that the session has ended. */
export function leavePage(): void {
  left = true;
}

export interface SocketEvents {
  /** A text frame, parsed. */
  message(message: unknown): void;
  /** A binary frame. */
  bytes?(bytes: Uint8Array): void;
  /** The connection stands. */
  open?(): void;
  /** The connection was lost, or could not be made (opened is false); it is tried again. */
  lost?(opened: boolean): void;
}

export interface LiveSocket {
  /** Drops the connection and makes a new one at once. */
  renew(): void;
  /** Sends now, when the connection stands; false when it does not. */
  send(data: string | Uint8Array<ArrayBuffer>): boolean;
  close(): void;
}

export function socketAddress(path: string, query: URLSearchParams = new URLSearchParams()): string {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.search = query.toString();
  return address.href;
}

/** Keeps a connection to the address that `address` gives; it is asked again before each attempt. */
export function openSocket(address: () => string, events: SocketEvents): LiveSocket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;
  let closed = false;

  const drop = (): void => {
    clearTimeout(timer);
    const old = socket;
    socket = null;
    old?.close();
  };

  const connect = (): void => {
    drop();
    const mine = new WebSocket(address());
    let openedAt = 0;
    mine.binaryType = "arraybuffer";
    socket = mine;
    mine.onopen = () => {
      openedAt = Date.now();
      if (socket === mine) events.open?.();
    };
    mine.onmessage = (event: MessageEvent<unknown>) => {
      if (socket !== mine) return;
      if (typeof event.data === "string") events.message(JSON.parse(event.data));
      else if (event.data instanceof ArrayBuffer) events.bytes?.(new Uint8Array(event.data));
    };
    mine.onclose = () => {
      if (socket !== mine) return;
      socket = null;
      if (left) return;
      if (openedAt > 0 && Date.now() - openedAt > STEADY_AFTER_MS) wait = FIRST_WAIT_MS;
      // Some chance in the wait, so that many pages do not come back in the same moment.
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      events.lost?.(openedAt > 0);
    };
  };

  const hurry = (): void => {
    if (!closed && !left && socket === null && !document.hidden) connect();
  };

  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  connect();
  return {
    renew: () => {
      if (!closed) connect();
    },
    send: (data) => {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(data);
      return true;
    },
    close: () => {
      closed = true;
      window.removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", hurry);
      drop();
    },
  };
}
