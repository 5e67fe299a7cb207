import { useState } from "preact/hooks";
import type { ChangedFile, ChangeKind, ChangesView } from "../../../api/insight";
import { visibleText } from "../../../live/plainText";
import { Bar } from "../../../ui/Bar";
import { bytes } from "../../../ui/format";
import { folderTree, type FolderNode } from "./folderTree";
import { counted } from "./words";

const FIRST_FILES = 20;
const MORE_FILES = 100;

/** What exists in the writable layer and nowhere else, the biggest first. */
export function Changes({ view }: { readonly view: ChangesView | null }) {
  const [shown, setShown] = useState(FIRST_FILES);
  if (!view) return <p class="dim">Looking at the writable layer…</p>;
  const databases = view.folders.filter((folder) => folder.database !== null);
  const tree = folderTree(view.folders);
  const largest = Math.max(1, ...tree.map((node) => node.folder.bytes));
  if (view.files === 0 && view.items.length === 0) return <p class="dim">No file exists only in the writable layer.</p>;
  return (
    <section aria-label="Only in the writable layer" class="changes">
      <h3>Only here</h3>
      <p>
        <strong>
          {counted(view.files, "file")}, {bytes(view.bytes)}
        </strong>{" "}
        exist in the writable layer and nowhere else{view.deleted > 0 && `; ${counted(view.deleted, "file")} of the image ${view.deleted === 1 ? "is" : "are"} hidden by it as deleted`}. They go when the container is removed.
      </p>
      {databases.length > 0 && (
        <p class="note note-bad">
          <span aria-hidden="true">▲ </span>
          {databases.map((folder) => `${visibleText(folder.path)} looks like the data of ${folder.database}`).join("; ")}. It is not on a volume.
        </p>
      )}
      {tree.length > 0 && <Folders nodes={tree} largest={largest} label="Folders, the biggest first" />}
      {view.items.length > 0 && (
        <ol class="files" aria-label="Files, the biggest first">
          {view.items.slice(0, shown).map((file) => (
            <Changed key={file.path} file={file} />
          ))}
        </ol>
      )}
      {view.items.length > shown && (
        <button class="button quiet" type="button" onClick={() => setShown(shown + MORE_FILES)}>
          Show more files ({view.items.length - shown})
        </button>
      )}
      {view.truncated && <p class="dim">Only the {view.items.length} biggest are listed.</p>}
    </section>
  );
}

function Folders({ nodes, largest, label }: { readonly nodes: readonly FolderNode[]; readonly largest: number; readonly label?: string }) {
  return (
    <ol class="sizes" aria-label={label}>
      {nodes.map((node) => (
        <Folder key={node.folder.path} node={node} largest={largest} />
      ))}
    </ol>
  );
}

function Folder({ node, largest }: { readonly node: FolderNode; readonly largest: number }) {
  const { files, bytes: size, database } = node.folder;
  return (
    <li>
      <div class="size">
        <code class="size-name">{visibleText(node.label)}</code>
        {database !== null && (
          <strong class="warn">
            <span aria-hidden="true">▲ </span>
            {database} data
          </strong>
        )}
        <span class="size-value">
          {bytes(size)} in {counted(files, "file")}
        </span>
        <Bar share={size / largest} />
      </div>
      {node.children.length > 0 && <Folders nodes={node.children} largest={largest} />}
    </li>
  );
}

const MARKS: Readonly<Record<ChangeKind, string>> = { added: "+", modified: "~", deleted: "−" };

function Changed({ file }: { readonly file: ChangedFile }) {
  return (
    <li class={`changed changed-${file.kind}`}>
      <span class="changed-kind">
        <span aria-hidden="true">{MARKS[file.kind]} </span>
        {file.kind}
      </span>
      <code class="size-name">
        {visibleText(file.path)}
        {file.type === "folder" && "/"}
      </code>
      <span class="size-value">{file.kind === "deleted" ? "" : file.type === "link" ? "link" : bytes(file.bytes)}</span>
    </li>
  );
}
