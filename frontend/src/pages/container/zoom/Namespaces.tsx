import { useState } from "preact/hooks";
import type { Namespace, Sharing } from "../../../api/insight";
import { visibleText } from "../../../live/plainText";
import { containerAddress } from "../../../ui/addresses";
import { Told } from "../../../ui/Told";
import { namespaceRows, shortIds, type NamespaceRow } from "./namespaceRows";
import { Processes } from "./Processes";
import type { Insight } from "./useInsight";
import { KIND_WORDS, sharingWords } from "./words";

/** A card for each namespace, and the processes in them. */
export function Namespaces({ insight }: { readonly insight: Insight }) {
  const view = insight.namespaces.sample.value.value;
  if (!view) return <p class="dim">Asking the kernel…</p>;
  return (
    <>
      <ul class="cards" aria-label="Namespaces">
        {view.items.map((item) => (
          <Card key={item.kind} item={item} />
        ))}
      </ul>
      <Processes follower={insight.processes} />
    </>
  );
}

/** A card shows so many values until more are asked for: a host can have many interfaces. */
const SHOWN = 6;

function Card({ item }: { readonly item: Namespace }) {
  const [all, setAll] = useState(false);
  const name = KIND_WORDS[item.kind];
  const rows = namespaceRows(item.values);
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <li class="card" aria-label={`${name} (${item.kind})`}>
      <h3>
        {name} <code class="dim">{item.kind}</code>
      </h3>
      <p class={`sharing sharing-${item.sharing}`}>
        <SharingIcon sharing={item.sharing} />
        <span>
          {sharingWords(item)}{" "}
          {(item.sharing === "container" ? item.sharedWith : []).map((other, index) => (
            <span key={other.id}>
              {index > 0 && ", "}
              <a href={containerAddress(other.id)}>{visibleText(other.name)}</a>
            </span>
          ))}
        </span>
      </p>
      <dl class="pairs">
        {item.inode !== null && (
          <div>
            <dt>inode</dt>
            <dd>
              <Told about={`${name}, inode`} path={item.path} meaning={`${item.meaning} Two processes with the same number here are in the same namespace.`}>
                {item.inode}
              </Told>
            </dd>
          </div>
        )}
        {shown.map((row, index) => (
          <Pair key={`${index} ${row.names.join()}`} row={row} />
        ))}
      </dl>
      {shown.length < rows.length && (
        <button class="button quiet" type="button" onClick={() => setAll(true)}>
          Show {rows.length - shown.length} more
        </button>
      )}
      {item.inode === null && <p class="dim">{item.meaning}</p>}
    </li>
  );
}

/** A value of less letters is not broken into lines. */
const SHORT = 20;

/** What is one thing inside and another one outside. */
function Pair({ row }: { readonly row: NamespaceRow }) {
  const { inside, outside, path, meaning } = row.value;
  const name = visibleText(row.names.join(", "));
  const within = visibleText(shortIds(inside));
  const whole = within === visibleText(inside) ? null : visibleText(inside === outside ? inside : `${inside} → ${outside ?? ""}`);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Told about={name} path={path} meaning={visibleText(meaning)} whole={whole}>
          {outside !== null && <span class="hidden">inside </span>}
          <span class={within.length < SHORT ? "unbroken" : undefined}>{within}</span>
          {outside !== null && (
            <span class={outside.length < SHORT || outside === inside ? "outside unbroken" : "outside"}>
              <span aria-hidden="true"> {outside === inside ? "=" : "→"} </span>
              <span class="hidden">, outside </span>
              {outside === inside ? "the same" : visibleText(shortIds(outside))}
            </span>
          )}
        </Told>
      </dd>
    </div>
  );
}

const ICONS: Readonly<Record<Sharing, string>> = {
  private: "M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z",
  host: "M2 3h12v4H2zm0 6h12v4H2zm2-4.500v1h2v-1zm0 6v1h2v-1z",
  container: "M1 5h7v2H3v4h4v2H1zm8 0h6v8H8v-2h5V7H9zM5 8h6v2H5z",
  none: "M3 7h10v2H3z",
};

function SharingIcon({ sharing }: { readonly sharing: Sharing }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={ICONS[sharing]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
