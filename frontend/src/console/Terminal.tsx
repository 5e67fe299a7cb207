import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Screen } from "@xterm/xterm";
import { useEffect, useRef, useState } from "preact/hooks";
import { page } from "../api/page";
import { ConsoleLink } from "./consoleLink";
import { fontAfter, isToggle } from "./keys";
import { muteAnswers } from "./muteAnswers";
import { severalLines, type PastedLines } from "./paste";
import { PastePrompt } from "./PastePrompt";
import { current, focusAsked, openDock, setState, shown, type ConsoleTab } from "./store";
import { endSentence, wasKilled } from "./words";

const HISTORY_LINES = 5000;
const NUMBER = new Intl.NumberFormat("en");

let allowed = false;

/** The page's policy allows only style sheets with its nonce; the terminal makes some while it runs. */
function allowStyleSheets(): void {
  if (allowed) return;
  allowed = true;
  const original = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = original(name, options);
    if (name.toLowerCase() === "style") element.nonce = page.styleNonce;
    return element;
  }) as typeof document.createElement;
}

/** A screen and the line to its console; they live as long as the tab. */
class Session {
  readonly screen: Screen;
  private readonly fit = new FitAddon();
  private readonly link: ConsoleLink;
  private old = false;

  constructor(tab: ConsoleTab, fontSize: number, reader: boolean) {
    this.screen = new Screen({
      cursorBlink: true,
      fontSize,
      fontFamily: "ui-monospace, 'DejaVu Sans Mono', monospace",
      screenReaderMode: reader,
      minimumContrastRatio: 4.5,
      scrollback: HISTORY_LINES,
    });
    this.screen.loadAddon(this.fit);
    muteAnswers(this.screen.parser, () => this.old);
    this.screen.attachCustomKeyEventHandler((event) => !isToggle(event) && fontAfter(event, 0) === null);
    this.link = new ConsoleLink(tab.id, {
      output: (bytes, old) => this.write(bytes, old),
      attached: () => this.allow(true, tab.id),
      missed: (bytes) => this.restart(bytes),
      lost: () => {
        this.screen.options.disableStdin = true;
        setState(tab.id, { kind: "lost", text: "The connection was lost and is being made again. What runs in the console goes on; what is typed now is not sent." });
      },
      ended: (view) => {
        this.screen.options.disableStdin = true;
        setState(tab.id, { kind: "ended", text: endSentence(view), killed: wasKilled(view) });
      },
      gone: (text) => {
        this.screen.options.disableStdin = true;
        setState(tab.id, { kind: "gone", text });
      },
    });
    this.screen.onData((text) => this.link.type(text));
    this.screen.onBinary((text) => this.link.typeBytes(text));
    this.screen.onResize(({ cols, rows }) => this.link.resize(cols, rows));
  }

  /** The screen fills the place, when that is seen. */
  fill(place: HTMLElement, label: string): void {
    if (place.clientWidth === 0) return;
    if (!this.screen.element) {
      this.screen.open(place);
      this.screen.textarea?.setAttribute("aria-label", label);
    }
    this.fit.fit();
    this.link.resize(this.screen.cols, this.screen.rows);
  }

  close(): void {
    this.link.close();
    this.screen.dispose();
  }

  private allow(live: boolean, id: string): void {
    this.screen.options.disableStdin = !live;
    setState(id, { kind: "live", text: "" });
  }

  private write(bytes: Uint8Array, old: boolean): void {
    // The screen reads later what it is given now: each piece says how it is meant when its turn comes.
    this.screen.write("", () => (this.old = old));
    this.screen.write(bytes);
  }

  private restart(missed: number): void {
    this.screen.reset();
    this.screen.write(`\x1b[7m ${NUMBER.format(missed)} bytes of output are lost: the console keeps the latest only. \x1b[0m\r\n`);
  }
}

interface Props {
  readonly tab: ConsoleTab;
  readonly label: string;
  readonly fontSize: number;
  readonly reader: boolean;
}

/** The terminal of one tab. */
export function Terminal({ tab, label, fontSize, reader }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<Session | null>(null);
  const [pasted, setPasted] = useState<PastedLines | null>(null);
  const inFront = shown.value && current.value === tab.id;

  useEffect(() => {
    allowStyleSheets();
    const made = new Session(tab, fontSize, reader);
    setSession(made);
    return () => made.close();
  }, [tab.id]);

  useEffect(() => {
    const at = place.current;
    if (!session || !at) return;
    const observer = new ResizeObserver(() => session.fill(at, label));
    observer.observe(at);
    const guard = (event: ClipboardEvent): void => {
      const lines = severalLines(event.clipboardData?.getData("text/plain") ?? "");
      if (!lines) return;
      event.preventDefault();
      event.stopPropagation();
      setPasted(lines);
    };
    at.addEventListener("paste", guard, true);
    return () => {
      observer.disconnect();
      at.removeEventListener("paste", guard, true);
    };
  }, [session]);

  useEffect(() => {
    if (!session || !place.current) return;
    session.screen.options.fontSize = fontSize;
    session.screen.options.screenReaderMode = reader;
    session.fill(place.current, label);
  }, [session, fontSize, reader, inFront, label]);

  useEffect(() => {
    if (inFront && !document.querySelector("dialog[open]")) session?.screen.focus();
    // Not when it comes to the front: arrow keys go from tab to tab, and the focus stays there.
  }, [session, focusAsked.value]);

  const answer = (paste: boolean): void => {
    if (paste && pasted) session?.screen.paste(pasted.text);
    setPasted(null);
    // While the question stands nothing beside it can have the focus.
    openDock();
  };
  return (
    <>
      <div class="dock-screen" ref={place} />
      {pasted && <PastePrompt pasted={pasted} onAnswer={answer} />}
    </>
  );
}
