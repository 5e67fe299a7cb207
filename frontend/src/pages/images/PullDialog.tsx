import { useState } from "preact/hooks";
import { api, RequestError } from "../../api/http";
import type { PullPlan } from "../../api/types";
import { Dialog, FormEnd } from "../../ui/Dialog";
import { bytes, shortId } from "../../ui/format";
import { isTight, planSentence } from "./transferWords";

/** Asks for an image, or has one that is wanted; shows what its pull would do, and begins it. */
export function PullDialog({ onClose, wanted: first = "" }: { readonly onClose: () => void; readonly wanted?: string }) {
  const [reference, setReference] = useState(first);
  const [platform, setPlatform] = useState("");
  const [plan, setPlan] = useState<PullPlan | null>(null);
  const [busy, setBusy] = useState<"" | "plan" | "pull">("");
  const [error, setError] = useState("");

  const act = async (what: "plan" | "pull", work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setError("");
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure.message);
    } finally {
      setBusy("");
    }
  };
  const changed = (): void => {
    setPlan(null);
    setError("");
  };
  const wanted = reference.trim();
  const look = (): Promise<void> => act("plan", async () => setPlan(await api.plan(wanted, platform.trim())));
  const pull = (): Promise<void> =>
    act("pull", async () => {
      await api.pull(wanted, platform.trim());
      onClose();
    });
  return (
    <Dialog title="Pull image" onClose={onClose}>
      <form
        class="stack"
        onInput={changed}
        onSubmit={(event) => {
          event.preventDefault();
          void (plan ? pull() : look());
        }}
      >
        <label class="field">
          <span>Image</span>
          <input name="reference" required readOnly={busy !== ""} autocomplete="off" autocapitalize="none" spellcheck={false} placeholder="registry/repository:tag" value={reference} onInput={(event) => setReference(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Platform (optional, else that of this host)</span>
          <input name="platform" readOnly={busy !== ""} autocomplete="off" autocapitalize="none" spellcheck={false} placeholder="linux/amd64" value={platform} onInput={(event) => setPlatform(event.currentTarget.value)} />
        </label>
        <div role="status">{busy === "plan" ? <p class="dim">Asking the registry…</p> : plan && <Plan plan={plan} />}</div>
        <FormEnd error={error} busy={busy !== ""} label={busy === "pull" ? "Beginning…" : plan ? "Pull" : "Show what it takes"} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Plan({ plan }: { readonly plan: PullPlan }) {
  const users = plan.replacedUsers;
  return (
    <div class="plan">
      <p class="note">{planSentence(plan)}</p>
      {isTight(plan) && (
        <p class="note note-bad">
          It may not fit: about {bytes(plan.neededBytes)} are needed, {bytes(plan.freeBytes)} are free.
        </p>
      )}
      {plan.replacedId !== null && (
        <p class="note">
          {plan.reference} names another image here (<code>{shortId(plan.replacedId)}</code>), which loses the name.{" "}
          {users.length === 0 ? "No container was made of it." : `These containers stay on it until they are made anew: ${users.map((user) => user.name).join(", ")}.`}
        </p>
      )}
      <p class="dim">
        Image <code>{shortId(plan.id)}</code>, digest <code>{shortId(plan.digest)}</code>. The disk is an estimate: files are taken to have three times their compressed size.
      </p>
    </div>
  );
}
