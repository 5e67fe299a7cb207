import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { FilesOf } from "../../../api/files";
import { RequestError, told } from "../../../api/http";
import { visibleText } from "../../../live/plainText";
import { bytes } from "../../../ui/format";
import { inside } from "./paths";
import { decode, encode, LARGEST_SHOWN, type Decoded } from "./text";

interface Props {
  readonly files: FilesOf;
  readonly folder: string;
  readonly name: string;
  /** The address of the folder. */
  readonly back: string;
}

interface Loaded {
  readonly decoded: Decoded;
  readonly size: number;
  readonly version: string;
}

type Found = Loaded | { readonly tooLarge: number };

const CONFLICT = 409;

/** One file, shown as text and changed where that is safe. */
export function FileView({ files, folder, name, back }: Props) {
  const path = inside(folder, name);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState("");
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    look(files, path).then(
      (next) => current && (setFound(next), setError("")),
      (failure: unknown) => current && setError(told(failure)),
    );
    return () => {
      current = false;
    };
  }, [files, path, asked]);
  const head = (
    <div class="file-head">
      <h2 class="name">{visibleText(path)}</h2>
      {found && <span class="count">{bytes("tooLarge" in found ? found.tooLarge : found.size)}</span>}
      <span class="spring" />
      <a class="button" href={files.contentAddress(path)} download>
        Download
      </a>
    </div>
  );
  const text = found && !("tooLarge" in found) && found.decoded.kind === "text" ? { ...found, decoded: found.decoded } : null;
  if (text) return <Editor key={text.version + asked} files={files} path={path} back={back} head={head} loaded={text} onAgain={() => setAsked(asked + 1)} onSaved={(version, content) => setFound({ decoded: content, size: encode(content.text, content.lineEnd).length, version })} />;
  return (
    <>
      <p>
        <a href={back}>Back to the folder</a>
      </p>
      {head}
      {error && (
        <p class="note note-bad" role="alert">
          {error}{" "}
          <button class="button" type="button" onClick={() => setAsked(asked + 1)}>
            Try again
          </button>
        </p>
      )}
      {!found && !error && <p class="empty">Reading the file…</p>}
      {found && "tooLarge" in found && <p class="note">Files of more than {bytes(LARGEST_SHOWN)} are not shown here. Download it instead.</p>}
      {found && !("tooLarge" in found) && found.decoded.kind === "binary" && <p class="note">It is no text. Download it instead.</p>}
      {found && !("tooLarge" in found) && found.decoded.kind === "shown" && (
        <>
          <p class="note">{found.decoded.why}</p>
          <Text text={found.decoded.text} path={path} />
        </>
      )}
    </>
  );
}

async function look(files: FilesOf, path: string): Promise<Found> {
  const content = await files.read(path, LARGEST_SHOWN);
  return "tooLarge" in content ? content : { decoded: decode(content.bytes), size: content.bytes.length, version: content.version };
}

const shownLine = (line: string): string => line.split("\t").map(visibleText).join("\t");

function Text({ text, path }: { readonly text: string; readonly path: string }) {
  return (
    <pre class="file-text" tabIndex={0} role="region" aria-label={`Text of ${visibleText(path)}`}>
      {text.split("\n").map(shownLine).join("\n")}
    </pre>
  );
}

interface EditorProps {
  readonly files: FilesOf;
  readonly path: string;
  readonly back: string;
  readonly head: preact.ComponentChildren;
  readonly loaded: { readonly decoded: Extract<Decoded, { kind: "text" }>; readonly version: string };
  readonly onAgain: () => void;
  readonly onSaved: (version: string, content: Extract<Decoded, { kind: "text" }>) => void;
}

/** The text as it is on the disk until "Edit" is pressed; then a field that keeps what is typed, whatever happens to the connection. */
function Editor({ files, path, back, head, loaded, onAgain, onSaved }: EditorProps) {
  const { route } = useLocation();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const { lineEnd } = loaded.decoded;
  const [draft, setDraft] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [trouble, setTrouble] = useState<{ readonly message: string; readonly conflict: boolean } | null>(null);
  const [leaving, setLeaving] = useState(false);
  const changed = draft !== null && draft !== loaded.decoded.text;
  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [changed]);
  useEffect(() => {
    if (draft !== null) field.current?.focus();
  }, [draft === null]);
  const save = async (over: boolean): Promise<void> => {
    if (draft === null || busy) return;
    setBusy(true);
    setTrouble(null);
    setSaid("");
    try {
      const version = await files.write(path, new Blob([encode(draft, lineEnd)]), over ? "anything" : { version: loaded.version }, () => undefined);
      onSaved(version, { kind: "text", text: draft, lineEnd });
    } catch (failure) {
      setTrouble({ message: told(failure), conflict: failure instanceof RequestError && failure.status === CONFLICT });
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        <a
          href={back}
          onClick={(event) => {
            if (!changed) return;
            // The router listens further up and asks nobody.
            event.preventDefault();
            event.stopPropagation();
            setLeaving(true);
          }}
        >
          Back to the folder
        </a>
      </p>
      {head}
      {leaving && (
        <div class="note note-bad" role="alert">
          What you have changed is not saved.{" "}
          <button class="button danger" type="button" onClick={() => route(back)}>
            Discard the changes
          </button>{" "}
          <button class="button" type="button" onClick={() => setLeaving(false)}>
            Go on editing
          </button>
        </div>
      )}
      {trouble && (
        <div class="note note-bad" role="alert">
          {trouble.conflict ? `Not saved: somebody else has changed or removed the file meanwhile. (${trouble.message})` : `Not saved: ${trouble.message}`}{" "}
          {trouble.conflict && (
            <>
              <button class="button" type="button" onClick={onAgain}>
                Read it again and lose my changes
              </button>{" "}
              <button class="button danger" type="button" onClick={() => void save(true)}>
                Overwrite it with mine
              </button>
            </>
          )}
        </div>
      )}
      <p role="status" class="hint">
        {said}
      </p>
      {draft === null ? (
        <>
          <p class="file-tools">
            <button class="button" type="button" onClick={() => setDraft(loaded.decoded.text)}>
              Edit
            </button>
            <span class="hint">UTF-8{lineEnd === "\r\n" && ", with the line ends of Windows"}</span>
          </p>
          <Text text={loaded.decoded.text} path={path} />
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save(false);
          }}
        >
          <p class="file-tools">
            <button class="button primary" type="submit" disabled={busy || !changed}>
              {busy ? "Saving…" : "Save"}
            </button>
            <button
              class="button"
              type="button"
              onClick={() => {
                setDraft(null);
                setTrouble(null);
              }}
            >
              Cancel
            </button>
            <span class="hint" id={id}>
              Ctrl+S saves. Owner and mode stay as they are.
            </span>
          </p>
          <textarea
            ref={field}
            class="file-edit"
            aria-label={`Text of ${visibleText(path)}`}
            aria-describedby={id}
            spellcheck={false}
            value={draft}
            onInput={(event) => setDraft(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                void save(false);
              }
            }}
          />
        </form>
      )}
    </>
  );
}
