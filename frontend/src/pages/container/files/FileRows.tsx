import type { FileFacts, FileItem, FileListing, FileOrigin, FilesOf } from "../../../api/files";
import { visibleText } from "../../../live/plainText";
import { ago, bytes, dateTime, shortIds } from "../../../ui/format";
import { useNow } from "../../../ui/useNow";
import type { Address } from "./Files";
import { followed, inside, isReachable } from "./paths";

interface Props {
  readonly listing: FileListing;
  readonly files: FilesOf;
  readonly address: Address;
  readonly onRename: (name: string, isFolder: boolean) => void;
  readonly onRemove: (name: string, isFolder: boolean) => void;
}

/** What is in a folder, folders first. */
export function FileRows(props: Props) {
  const { items, path } = props.listing;
  if (items.length === 0) return <p class="empty">The folder is empty. Files that are dropped here are uploaded.</p>;
  const sorted = [...items.filter((item) => item.file.type === "folder"), ...items.filter((item) => item.file.type !== "folder")];
  return (
    <table class="file-rows" aria-label={`What is in ${visibleText(path)}`}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Size</th>
          <th scope="col">Lives in</th>
          <th scope="col">Owner, mode</th>
          <th scope="col">Changed</th>
          <th scope="col">
            <span class="hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((item) => (
          <Row key={item.file.name} {...props} item={item} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ item, listing, files, address, onRename, onRemove }: Props & { readonly item: FileItem }) {
  const { file, origin } = item;
  const now = useNow();
  const name = visibleText(file.name);
  const reachable = isReachable(file.name);
  const isFolder = file.type === "folder";
  const path = inside(listing.path, file.name);
  const isMount = origin.kind === "mount" && listing.origin.kind !== "mount";
  return (
    <tr>
      <th scope="row">
        <Name file={file} folder={listing.path} address={address} reachable={reachable} />
      </th>
      <td>{file.type === "file" ? bytes(file.size) : ""}</td>
      <td>
        <Lives origin={origin} />
      </td>
      <td>
        <code>
          {file.uid}:{file.gid} {file.mode}
        </code>
      </td>
      <td>
        <time dateTime={file.modifiedAt} title={dateTime(file.modifiedAt)}>
          {ago(file.modifiedAt, now)}
        </time>
      </td>
      <td class="file-actions">
        {reachable ? (
          <>
            {(file.type === "file" || (isFolder && origin.kind !== "engine")) && (
              <a class="button quiet" href={files.contentAddress(path)} download aria-label={`Download ${name}`}>
                Download
              </a>
            )}
            {!isMount && origin.kind !== "engine" && (
              <>
                <button class="button quiet" type="button" aria-label={`Rename ${name}`} onClick={() => onRename(file.name, isFolder)}>
                  Rename
                </button>
                <button class="button quiet danger" type="button" aria-label={`Delete ${name}`} onClick={() => onRemove(file.name, isFolder)}>
                  Delete
                </button>
              </>
            )}
          </>
        ) : (
          <span class="dim">Its name is no UTF-8: it comes with the folder</span>
        )}
      </td>
    </tr>
  );
}

const KINDS = { file: "", folder: "", link: "link", fifo: "FIFO", socket: "socket", "character-device": "device", "block-device": "device" } as const;
const MARKS = { file: "▤", folder: "▸", link: "↪", fifo: "⇥", socket: "⇄", "character-device": "◈", "block-device": "◈" } as const;

function Name({ file, folder, address, reachable }: { readonly file: FileFacts; readonly folder: string; readonly address: Address; readonly reachable: boolean }) {
  const name = visibleText(file.name);
  const target = file.target ?? "";
  return (
    <>
      <span class="file-mark" aria-hidden="true">
        {MARKS[file.type]}
      </span>
      {reachable && file.type === "folder" ? (
        <a href={address(inside(folder, file.name))}>{name}/</a>
      ) : reachable && file.type === "file" ? (
        <a href={address(folder, file.name)}>{name}</a>
      ) : (
        <span>{name}</span>
      )}
      {file.type === "link" && (
        <span class="dim">
          {" "}
          leads to {isReachable(target) ? <a href={address(followed(folder, target))}>{visibleText(target)}</a> : visibleText(target)}
        </span>
      )}
      {KINDS[file.type] && file.type !== "link" && <span class="dim"> {KINDS[file.type]}</span>}
    </>
  );
}

const LIVES = {
  image: ["", "Image", "As the image has it: another container made of it has it, too."],
  layer: ["▲", "Only here", "It exists only in this container and goes with it."],
  mixed: ["△", "Changed inside", "The image has this folder; something in it exists only in this container."],
  mount: ["■", "", "It is mounted here and stays when the container goes."],
  engine: ["○", "Engine", "The engine puts it here at each start."],
} as const;

function Lives({ origin }: { readonly origin: FileOrigin }) {
  const [mark, word, meaning] = LIVES[origin.kind];
  const about = visibleText(origin.about);
  return (
    <span class={`lives lives-${origin.kind}`} title={word ? meaning : `${about}: ${meaning}`}>
      {mark && <span aria-hidden="true">{mark} </span>}
      {word || shortIds(about)}
    </span>
  );
}
