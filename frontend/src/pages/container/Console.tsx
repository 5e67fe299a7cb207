import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { useEffect, useRef, useState } from "preact/hooks";
import { page } from "../../api/page";
import type { ConsoleMessage, Container } from "../../api/types";
import { socketAddress } from "../../live/socket";

/** The page's policy allows only style sheets with its nonce; the terminal makes some while it runs. */
function allowStyleSheets(): void {
  const original = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = original(name, options);
    if (name.toLowerCase() === "style") element.nonce = page.styleNonce;
    return element;
  }) as typeof document.createElement;
}

let allowed = false;

function sizeMessage(terminal: Terminal): string {
  return JSON.stringify({ type: "resize", columns: terminal.cols, rows: terminal.rows });
}

/** A shell in the container. */
export function Console({ one }: { readonly one: Container }) {
  const place = useRef<HTMLDivElement>(null);
  const [round, setRound] = useState(0);
  const [over, setOver] = useState("");

  useEffect(() => {
    if (!place.current) return;
    if (!allowed) allowStyleSheets();
    allowed = true;
    setOver("");
    const terminal = new Terminal({ cursorBlink: true, fontSize: 13, fontFamily: "ui-monospace, 'DejaVu Sans Mono', monospace", screenReaderMode: true });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(place.current);
    fit.fit();
    terminal.focus();
    const query = new URLSearchParams({ columns: String(terminal.cols), rows: String(terminal.rows) });
    const socket = new WebSocket(socketAddress(`/ws/v1/containers/${one.id}/console`, query));
    socket.binaryType = "arraybuffer";
    const encoder = new TextEncoder();
    let said = false;
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) {
        terminal.write(new Uint8Array(event.data));
      } else if (typeof event.data === "string") {
        const message = JSON.parse(event.data) as ConsoleMessage;
        said = true;
        setOver(message.type === "exit" ? `The shell has ended with exit code ${message.code ?? "unknown"}.` : message.message);
      }
    };
    socket.onclose = () => {
      if (!said) setOver("The connection was lost.");
    };
    // What is typed while the connection is made is not lost.
    let early = "";
    socket.onopen = () => {
      if (early) socket.send(encoder.encode(early));
      early = "";
    };
    terminal.onData((text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encoder.encode(text));
      else if (socket.readyState === WebSocket.CONNECTING) early += text;
    });
    terminal.onResize(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send(sizeMessage(terminal));
    });
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      said = true;
      socket.close();
      terminal.dispose();
    };
  }, [one.id, round]);

  return (
    <section aria-label="Console" class="console">
      <div class="console-box" ref={place} />
      {over && (
        <p class="note" role="status">
          {over}{" "}
          <button class="button" onClick={() => setRound(round + 1)}>
            Open a new shell
          </button>
        </p>
      )}
    </section>
  );
}
