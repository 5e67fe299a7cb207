import { useState } from "preact/hooks";
import type { Operation } from "../../api/types";
import { operations } from "../../live/operations";
import { visibleText } from "../../live/plainText";
import { IMAGES_ROUTE } from "../../ui/addresses";
import { PullDialog } from "../images/PullDialog";

const WORDS: Readonly<Record<Operation["state"], string>> = {
  running: "It is being pulled.",
  succeeded: "It is here: create the container.",
  failed: "The pull failed.",
  cancelled: "The pull was cancelled.",
};

/** Offers to fetch an image that is not here, and tells how that goes. */
export function ImageMissing({ reference }: { readonly reference: string }) {
  const [asking, setAsking] = useState(false);
  const [since, setSince] = useState("");
  const pull = [...operations.value.values()].filter((one) => one.kind === "pull" && one.begun >= since).sort((a, b) => b.begun.localeCompare(a.begun))[0];
  return (
    <p class="missing">
      <button class="button" type="button" onClick={() => setAsking(true)}>
        Pull {visibleText(reference)}
      </button>{" "}
      <span role="status">
        {since !== "" && pull && (
          <>
            {WORDS[pull.state]} <a href={IMAGES_ROUTE}>Look at it</a>
          </>
        )}
      </span>
      {asking && (
        <PullDialog
          wanted={reference}
          onClose={() => {
            setAsking(false);
            setSince(new Date(Date.now() - 60_000).toISOString());
          }}
        />
      )}
    </p>
  );
}
