import type { ConsoleMessage, ConsoleView } from "../api/console";
import { openSocket, socketAddress, type LiveSocket, type SocketEvents } from "../live/socket";

const PING_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** The server takes no larger messages. */
const LARGEST_INPUT = 4096;

export interface LinkEvents {
  /** Output; what it asks of a terminal was answered before when it is `old`. */
  output(bytes: Uint8Array, old: boolean): void;
  /** The connection stands, and all that was missed follows. */
  attached(view: ConsoleView): void;
  /** So many bytes of output are lost: what follows has nothing to do with what is on the screen. */
  missed(bytes: number): void;
  /** The connection was lost, and is tried again. */
  lost(): void;
  /** The console has ended; nothing follows. */
  ended(view: ConsoleView): void;
  /** There is no such console any more; the text says why. */
  gone(text: string): void;
}

type Opener = (address: () => string, events: SocketEvents) => LiveSocket;

/** The line to one console. It comes back by itself and goes on with the byte at which it broke. */
export class ConsoleLink {
  private readonly socket: LiveSocket;
  private readonly events: LinkEvents;
  private readonly encoder = new TextEncoder();
  /** Position of the next byte; null before the first connection. */
  private position: number | null = null;
  /** Output before this position was shown in another window, or in this one before it was loaded again. */
  private answered = 0;
  private attached = false;
  private over = false;
  private early = "";
  private size = "";
  private pulse: ReturnType<typeof setInterval> | undefined;
  private doubt: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, events: LinkEvents, open: Opener = openSocket) {
    this.events = events;
    this.socket = open(() => socketAddress(`/ws/v1/consoles/${encodeURIComponent(id)}`, new URLSearchParams(this.position === null ? {} : { from: String(this.position) })), {
      // A cast, because the wire contract is agreed with the server and not checked again here.
      message: (message) => this.hear(message as ConsoleMessage),
      bytes: (bytes) => this.take(bytes),
      lost: () => this.lose(),
    });
    this.pulse = setInterval(() => this.ping(), PING_EVERY_MS);
  }

  /** Sends what was typed. What is typed before the first connection is kept; while a connection is lost nothing is taken. */
  type(text: string): void {
    if (this.attached) this.send(this.encoder.encode(text));
    else if (this.position === null && !this.over) this.early += text;
  }

  /** Each character of the text is one byte: reports of a mouse. */
  typeBytes(text: string): void {
    if (this.attached) this.send(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }

  resize(columns: number, rows: number): void {
    this.size = JSON.stringify({ type: "resize", columns, rows });
    if (this.attached) this.socket.send(this.size);
  }

  close(): void {
    this.over = true;
    this.attached = false;
    clearInterval(this.pulse);
    clearTimeout(this.doubt);
    this.socket.close();
  }

  private hear(message: ConsoleMessage): void {
    clearTimeout(this.doubt);
    switch (message.type) {
      case "attached":
        return this.begin(message.from, message.missed, message.answered, message.console);
      case "missed":
        this.position = message.from;
        return this.events.missed(message.missed);
      case "exit":
        this.close();
        return this.events.ended(message.console);
      case "error":
        this.close();
        return this.events.gone(message.message);
      case "pong":
        return;
    }
  }

  private begin(from: number, missed: number, answered: number, view: ConsoleView): void {
    if (this.position === null) this.answered = answered;
    this.position = from;
    if (missed > 0) this.events.missed(missed);
    this.attached = true;
    this.events.attached(view);
    if (this.size) this.socket.send(this.size);
    if (this.early) this.send(this.encoder.encode(this.early));
    this.early = "";
  }

  private take(bytes: Uint8Array): void {
    clearTimeout(this.doubt);
    const at = this.position ?? 0;
    this.position = at + bytes.length;
    const old = Math.max(0, Math.min(this.answered - at, bytes.length));
    if (old > 0) this.events.output(bytes.subarray(0, old), true);
    if (old < bytes.length) this.events.output(bytes.subarray(old), false);
  }

  private lose(): void {
    clearTimeout(this.doubt);
    if (this.over) return;
    this.attached = false;
    this.events.lost();
  }

  private send(bytes: Uint8Array<ArrayBuffer>): void {
    for (let at = 0; at < bytes.length; at += LARGEST_INPUT) this.socket.send(bytes.subarray(at, at + LARGEST_INPUT));
  }

  /** A connection may be dead without a word: a cable was pulled, a machine slept. */
  private ping(): void {
    if (!this.attached || !this.socket.send(JSON.stringify({ type: "ping" }))) return;
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => {
      this.lose();
      this.socket.renew();
    }, ANSWER_WITHIN_MS);
  }
}
