import { useEffect, useRef, useState } from "preact/hooks";
import type { Container, LogMessage } from "../../api/types";
import { LogRing, type ShownLine } from "../../live/logRing";
import { openSocket, socketAddress } from "../../live/socket";

const KEPT = 5000;
const NEAR_PX = 24;

/** What the container prints, live. Following stops when the reader scrolls up, and goes on at the end. */
export function Logs({ one }: { readonly one: Container }) {
  const [lines, setLines] = useState<readonly ShownLine[]>([]);
  const [ended, setEnded] = useState(false);
  const [unseen, setUnseen] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);

  useEffect(() => {
    const ring = new LogRing(KEPT);
    let frame = 0;
    const show = (): void => {
      frame = 0;
      setLines([...ring.lines]);
    };
    const socket = openSocket(() => socketAddress(`/ws/v1/containers/${one.id}/logs`, new URLSearchParams({ tail: "1000" })), {
      open: () => ring.clear(),
      message: (raw) => {
        // A cast, because the wire contract is agreed with the server and not checked again here.
        const message = raw as LogMessage;
        if ("end" in message) {
          setEnded(true);
          socket.close();
        } else if ("lines" in message) {
          ring.push(message.lines);
          if (!following.current) setUnseen((count) => count + message.lines.length);
          frame ||= requestAnimationFrame(show);
        }
      },
    });
    return () => {
      cancelAnimationFrame(frame);
      socket.close();
    };
  }, [one.id]);

  useEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);

  const scrolled = (): void => {
    const at = box.current;
    if (!at) return;
    following.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_PX;
    if (following.current) setUnseen(0);
  };
  const toEnd = (): void => {
    following.current = true;
    setUnseen(0);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  return (
    <section class="logs" aria-label="Logs">
      <div class="log-box" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label="Output of the container">
        {lines.length === 0 && <p class="empty">{ended ? "It has printed nothing." : "Nothing printed yet."}</p>}
        {lines.map((line) => (
          <div key={line.number} class={`line ${line.stream}`}>
            <time dateTime={line.time}>{line.time.slice(11, 23)}</time>
            {line.stream === "stderr" && <span class="hidden">error output: </span>}
            <span>{line.text}</span>
          </div>
        ))}
      </div>
      {unseen > 0 && (
        <button class="button primary more" onClick={toEnd}>
          {unseen} new
        </button>
      )}
      <p class="hint">{ended ? "This is all: the container is not running." : "Following. Scroll up to pause."}</p>
    </section>
  );
}
