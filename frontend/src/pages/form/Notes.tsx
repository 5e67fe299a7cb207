import { useLocation } from "preact-iso";
import type { ContainerSettings, MadeContainer } from "../../api/types";
import { connection, containers } from "../../live/containers";
import { findContainer } from "../../live/containerState";
import { visibleText } from "../../live/plainText";
import { containerAddress } from "../../ui/addresses";
import { Dialog } from "../../ui/Dialog";
import type { Problems } from "./model/check";
import { fieldId } from "./OptionField";
import type { Refusal } from "./serverProblem";

interface NewsProps {
  /** The container that is edited; null for a new one. */
  readonly old: ContainerSettings | null;
  readonly gone: boolean;
  /** The image that it was made of. */
  readonly image: string;
}

/** What has happened to the container, or on the way to it, while the page is open. */
export function FormNews({ old, gone, image }: NewsProps) {
  const next = old && gone ? findContainer(containers.value, old.name) : undefined;
  return (
    <>
      <div role="status" class="form-news">
        {connection.value === "reconnecting" && <p class="note note-bad">Connection lost, trying again. What you have filled in stays here: send it when the connection is back.</p>}
        {old && gone && (
          <p class="note note-bad">
            {old.name} is gone: it was removed while this page was open.{" "}
            {next ? (
              <>
                Another container has its name: <a href={containerAddress(next.id)}>look at it</a>, or create one more from what is filled in here.
              </>
            ) : (
              "What is filled in here stays: create a new container from it."
            )}
          </p>
        )}
      </div>
      {old?.imageMoved && (
        <p class="note">
          {visibleText(image)} names another image by now than the one that {old.name} was made of: made anew, it has that one.
        </p>
      )}
    </>
  );
}

/** What is wrong with fields, and what the server refuses. */
export function Summary({ problems, refusal }: { readonly problems: Problems; readonly refusal: Refusal | null }) {
  const wrong = Object.entries(problems).filter(([id]) => id !== refusal?.id);
  if (wrong.length === 0 && !refusal) return null;
  return (
    <div class="note note-bad" role="alert">
      {refusal && <p>{refusal.id ? <FieldLink id={refusal.id} text={refusal.message} /> : visibleText(refusal.message)}</p>}
      {wrong.length > 0 && (
        <ul>
          {wrong.map(([id, problem]) => (
            <li key={id}>
              <FieldLink id={id} text={problem} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Leads to a field: to its first part that can be filled. */
export function FieldLink({ id, text }: { readonly id: string; readonly text: string }) {
  return (
    <a
      href={`#${fieldId(id)}`}
      onClick={(event) => {
        event.preventDefault();
        document.getElementById(fieldId(id))?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
      }}
    >
      {visibleText(text)}
    </a>
  );
}

/** It is there, but not all is as asked. */
export function Warnings({ made }: { readonly made: MadeContainer }) {
  const { route } = useLocation();
  const go = (): void => route(containerAddress(made.name));
  return (
    <Dialog title={`${made.name} is made, but not all is as asked`} onClose={go}>
      <ul>
        {made.warnings.map((warning) => (
          <li key={warning}>{visibleText(warning)}</li>
        ))}
      </ul>
      <div class="dialog-buttons">
        <button class="button primary" onClick={go}>
          Go to the container
        </button>
      </div>
    </Dialog>
  );
}
