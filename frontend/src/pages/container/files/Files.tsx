import "./files.css";
import { useLocation } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { filesOf, type FileListing, type FileOrigin, type FilesOf } from "../../../api/files";
import { RequestError, told } from "../../../api/http";
import type { Container } from "../../../api/types";
import { visibleText } from "../../../live/plainText";
import { containerAddress } from "../../../ui/addresses";
import { AskName, AskRemove } from "./asking";
import { FileRows } from "./FileRows";
import { FileView } from "./FileView";
import { crumbs, inside, isReachable, nameOf, parentOf } from "./paths";
import { Uploads } from "./uploads";
import { UploadList } from "./UploadList";

const TRY_AGAIN_MS = 3000;

const isNoFolder = (failure: unknown): boolean => failure instanceof RequestError && failure.status === 400 && /not a directory/i.test(failure.message);

/** Where a folder, or a file in it, is shown. */
export type Address = (folder: string, file?: string) => string;

/** The files of a container, whether it runs or not, with what is mounted in it. The folder and the file that are looked at are the address. */
export function Files({ one }: { readonly one: Container }) {
  const { query, route } = useLocation();
  const files = useMemo(() => filesOf(one.id), [one.id]);
  const path = query["path"] || "/";
  const file = query["file"] ?? "";
  const address: Address = (folder, name = "") => `${containerAddress(one.name, "files")}?${new URLSearchParams(name ? { path: folder, file: name } : { path: folder })}`;
  // A file that a link leads to has an address like a folder, until it is known what it is.
  const showFile = (): void => route(address(parentOf(path), nameOf(path)), true);
  return (
    <section class="file-room" aria-label={`Files of ${one.name}`}>
      {file ? (
        <FileView key={inside(path, file)} files={files} folder={path} name={file} back={address(path)} />
      ) : (
        <Folder key={path} files={files} path={path} address={address} onFile={showFile} state={one.state} name={one.name} />
      )}
    </section>
  );
}

interface FolderProps {
  readonly files: FilesOf;
  readonly path: string;
  readonly address: Address;
  readonly onFile: () => void;
  /** What changes with the container's state is looked at again. */
  readonly state: string;
  readonly name: string;
}

/** What is asked at the moment. */
type Asking = { readonly what: "folder" } | { readonly what: "rename" | "remove"; readonly name: string; readonly isFolder: boolean };

function Folder({ files, path, address, onFile, state, name }: FolderProps) {
  const { listing, error, look, lookFurther } = useListing(files, path, state, onFile);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [said, setSaid] = useState("");
  const uploads = useMemo(() => new Uploads(files, () => look()), [files, path]);
  useEffect(() => () => uploads.stop(), [uploads]);
  const done = (sentence: string): void => {
    setAsking(null);
    setSaid(sentence);
    look();
  };
  return (
    <DropZone folder={path} onFiles={(dropped) => uploads.add(path, dropped)} onTrouble={setSaid}>
      <Where path={path} address={address} />
      <Tools files={files} path={path} whole={path !== "/" && listing?.origin.kind !== "engine"} onFiles={(chosen) => uploads.add(path, chosen)} onFolder={() => setAsking({ what: "folder" })} onLook={look} />
      {listing && <OriginNote origin={listing.origin} name={name} />}
      <UploadList uploads={uploads} />
      <p role="status" class="hint">
        {said}
      </p>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      {listing ? (
        <FileRows listing={listing} files={files} address={address} onRename={(item, isFolder) => setAsking({ what: "rename", name: item, isFolder })} onRemove={(item, isFolder) => setAsking({ what: "remove", name: item, isFolder })} />
      ) : (
        !error && <p class="empty">Looking into the folder…</p>
      )}
      {listing?.more && (
        <button class="button" type="button" onClick={lookFurther}>
          Show more
        </button>
      )}
      {asking?.what === "folder" && (
        <AskName title="New folder" label="Make the folder" value="" onClose={() => setAsking(null)} onName={(given) => files.makeFolder(inside(path, given)).then(() => done(`The folder ${visibleText(given)} is made.`))} />
      )}
      {asking?.what === "rename" && (
        <AskName
          title={`Rename ${visibleText(asking.name)}`}
          label="Rename"
          value={asking.name}
          onClose={() => setAsking(null)}
          onName={(given) => files.rename(inside(path, asking.name), inside(path, given)).then(() => done(`${visibleText(asking.name)} is ${visibleText(given)} now.`))}
        />
      )}
      {asking?.what === "remove" && (
        <AskRemove name={asking.name} isFolder={asking.isFolder} onClose={() => setAsking(null)} onYes={() => files.remove(inside(path, asking.name)).then(() => done(`${visibleText(asking.name)} is gone.`))} />
      )}
    </DropZone>
  );
}

/** The listing stays while it is asked for again, and while the connection is lost: then it is tried until it comes. */
function useListing(files: FilesOf, path: string, state: string, onFile: () => void) {
  const [listing, setListing] = useState<FileListing | null>(null);
  const [error, setError] = useState("");
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    files.list(path, "").then(
      (found) => {
        if (!current) return;
        setListing(found);
        setError("");
      },
      (failure: unknown) => {
        if (!current) return;
        if (isNoFolder(failure)) return onFile();
        setError(told(failure));
        if (failure instanceof RequestError && failure.status === 0) timer = setTimeout(() => setAsked((count) => count + 1), TRY_AGAIN_MS);
        else setListing(null);
      },
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [files, path, asked, state]);
  const lookFurther = (): void => {
    const last = listing?.items.at(-1)?.file.name ?? "";
    files.list(path, last).then(
      (found) => setListing((before) => before && { ...found, items: [...before.items, ...found.items] }),
      (failure: unknown) => setError(told(failure)),
    );
  };
  return { listing, error, look: () => setAsked((count) => count + 1), lookFurther };
}

function Where({ path, address }: { readonly path: string; readonly address: Address }) {
  const all = crumbs(path);
  return (
    <nav class="crumbs" aria-label="Folder">
      {all.map((one, index) => (
        <a key={one.path} href={address(one.path)} aria-current={index === all.length - 1 ? "page" : undefined}>
          {index === 0 ? <span aria-label="Root">/</span> : visibleText(one.name)}
        </a>
      ))}
    </nav>
  );
}

interface ToolsProps {
  readonly files: FilesOf;
  readonly path: string;
  /** Whether it makes sense to have all of it: the root and what the engine mounts hold what is no file of anybody's. */
  readonly whole: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onFolder: () => void;
  readonly onLook: () => void;
}

function Tools({ files, path, whole, onFiles, onFolder, onLook }: ToolsProps) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <div class="file-tools">
      <button class="button primary" type="button" onClick={() => chooser.current?.click()}>
        Upload files
      </button>
      <input
        ref={chooser}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to upload"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <button class="button" type="button" onClick={onFolder}>
        New folder
      </button>
      {whole && isReachable(path) && (
        <a class="button" href={files.contentAddress(path)} download>
          Download folder
        </a>
      )}
      <button class="button" type="button" onClick={onLook}>
        Look again
      </button>
    </div>
  );
}

function OriginNote({ origin, name }: { readonly origin: FileOrigin; readonly name: string }) {
  if (origin.kind === "mount")
    return (
      <p class="note">
        This is in what is mounted here: <strong>{visibleText(origin.about)}</strong>. It stays when {name} goes.
      </p>
    );
  return origin.kind === "engine" ? <p class="note">The engine puts this here at each start: what is changed here does not last.</p> : null;
}

interface DropProps {
  readonly folder: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onTrouble: (sentence: string) => void;
  readonly children: preact.ComponentChildren;
}

const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Takes files that are dropped on it. */
function DropZone({ folder, onFiles, onTrouble, children }: DropProps) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    if (!isFiles(event)) return;
    event.preventDefault();
    setOver(false);
    const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory);
    onTrouble(folders.length > 0 ? "Folders cannot be uploaded: drop the files that are in them." : "");
    onFiles(items.filter((item) => !folders.includes(item)).flatMap((item) => item.getAsFile() ?? []));
  };
  return (
    <div
      class={`drop ${over ? "drop-over" : ""}`}
      onDragOver={(event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget as Node | null) || setOver(false)}
      onDrop={drop}
    >
      {over && <p class="drop-says">Drop to upload into {visibleText(folder)}</p>}
      {children}
    </div>
  );
}
