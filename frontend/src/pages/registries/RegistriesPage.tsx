import { useEffect, useState } from "preact/hooks";
import { api, told } from "../../api/http";
import type { RegistryLogin } from "../../api/types";
import { Dialog, FormEnd } from "../../ui/Dialog";
import { ago } from "../../ui/format";
import { useNow } from "../../ui/useNow";

/** The user's logins at registries. Passwords go in and never come out. */
export function RegistriesPage() {
  const [logins, setLogins] = useState<readonly RegistryLogin[] | null>(null);
  const [error, setError] = useState("");
  const [editing, setEditing] = useState<RegistryLogin | "new" | null>(null);
  const [removing, setRemoving] = useState<RegistryLogin | null>(null);
  const now = useNow();
  const load = (): Promise<void> => api.registries().then(setLogins, (failure: unknown) => setError(told(failure)));

  useEffect(() => {
    document.title = "Registries · Berth";
    void load();
  }, []);

  const remove = async (one: RegistryLogin): Promise<void> => {
    setRemoving(null);
    setError("");
    try {
      await api.removeLogin(one.registry);
    } catch (failure) {
      setError(told(failure));
    }
    await load();
  };
  return (
    <>
      <div class="page-head">
        <h1>Registries</h1>
        <span class="spring" />
        <button class="button primary" onClick={() => setEditing("new")}>
          Add a login
        </button>
      </div>
      <p class="dim">
        Your logins for pulls that you begin here. Passwords are kept encrypted and sent to their registry only. A Docker client brings its own (<code>docker login</code>).
      </p>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      {logins === null && !error && <p class="empty">Loading…</p>}
      {logins !== null && logins.length === 0 && <p class="empty">No logins yet. Public images need none.</p>}
      {logins !== null && logins.length > 0 && (
        <table class="containers">
          <thead>
            <tr>
              <th scope="col">Registry</th>
              <th scope="col">Username</th>
              <th scope="col">Saved</th>
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {logins.map((one) => (
              <tr key={one.registry}>
                <th scope="row">{one.registry === "docker.io" ? "docker.io (Docker Hub)" : one.registry}</th>
                <td data-label="Username">
                  {one.username}
                  {!one.readable && <span class="under bad">Its key is lost: give the password anew</span>}
                </td>
                <td data-label="Saved">{ago(one.saved, now)}</td>
                <td>
                  <div class="actions">
                    <button class="button" aria-label={`Change login for ${one.registry}`} onClick={() => setEditing(one)}>
                      Change
                    </button>
                    <button class="button danger" aria-label={`Remove login for ${one.registry}`} onClick={() => setRemoving(one)}>
                      Remove
                    </button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editing && (
        <LoginDialog
          one={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            setError("");
            void load();
          }}
        />
      )}
      {removing && (
        <Dialog title={`Remove the login for ${removing.registry}?`} onClose={() => setRemoving(null)}>
          <p>Pulls from there that you begin here will be without a login. Images stay.</p>
          <div class="dialog-buttons">
            <button class="button" onClick={() => setRemoving(null)}>
              Cancel
            </button>
            <button class="button danger" onClick={() => void remove(removing)}>
              Remove
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

interface LoginProps {
  readonly one: RegistryLogin | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

function LoginDialog({ one, onClose, onSaved }: LoginProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    const text = (name: string): string => String(data.get(name) ?? "");
    setBusy(true);
    setError("");
    try {
      await api.saveLogin(one?.registry ?? text("registry").trim(), text("username").trim(), text("password"), data.get("unchecked") === null);
      onSaved();
    } catch (failure) {
      setError(told(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={one ? `Login for ${one.registry}` : "Add a login"} onClose={onClose}>
      <form
        class="stack"
        autocomplete="off"
        onInput={() => setError("")}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {one === null && (
          <label class="field">
            <span>Registry (docker.io for Docker Hub)</span>
            <input name="registry" required autocapitalize="none" spellcheck={false} placeholder="registry.example.com:5000" />
          </label>
        )}
        <label class="field">
          <span>Username</span>
          <input name="username" required autocapitalize="none" spellcheck={false} defaultValue={one?.username ?? ""} />
        </label>
        <label class="field">
          <span>Password or access token</span>
          <input name="password" type="password" required autocomplete="new-password" />
        </label>
        <label class="check">
          <input type="checkbox" name="unchecked" /> Save without asking the registry
        </label>
        <FormEnd error={error} busy={busy} label={busy ? "Asking the registry…" : "Save"} onClose={onClose} />
      </form>
    </Dialog>
  );
}
