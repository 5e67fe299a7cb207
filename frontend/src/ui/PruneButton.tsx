import { useState } from "preact/hooks";
import { later } from "./later";

const PruneDialog = later(() => import("./guard/PruneDialog").then((module) => module.PruneDialog));

/** Leads to the removal of all containers that do not run. @param any whether there is one: what the dialog says last is still read when there is none any more */
export function PruneButton({ any }: { readonly any: boolean }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      {any && (
        <button class="button" type="button" onClick={() => setAsking(true)}>
          Prune…
        </button>
      )}
      {asking && <PruneDialog onClose={() => setAsking(false)} />}
    </>
  );
}
