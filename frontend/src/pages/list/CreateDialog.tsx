import { useEffect, useState } from "preact/hooks";
import { api, RequestError } from "../../api/http";
import type { CreateContainer, CreatePort, Image, Protocol } from "../../api/types";
import { Dialog, FormEnd } from "../../ui/Dialog";
import { splitWords, WordsError } from "./words";

interface PortRow {
  readonly hostPort: string;
  readonly containerPort: string;
  readonly protocol: Protocol;
}

const MIB = 1024 * 1024;
const NO_PORT: PortRow = { hostPort: "", containerPort: "", protocol: "tcp" };

const positive = (text: string): number | undefined => (Number(text) > 0 ? Number(text) : undefined);

function limitsOf(memory: string, cpus: string, pids: string): NonNullable<CreateContainer["limits"]> {
  const memoryMib = positive(memory);
  const cpuCount = positive(cpus);
  const pidCount = positive(pids);
  return {
    ...(memoryMib !== undefined && { memoryBytes: Math.round(memoryMib * MIB) }),
    ...(cpuCount !== undefined && { cpus: cpuCount }),
    ...(pidCount !== undefined && { pids: pidCount }),
  };
}

function portOf(row: PortRow, everywhere: boolean): CreatePort {
  return {
    containerPort: Number(row.containerPort),
    protocol: row.protocol,
    ...(positive(row.hostPort) !== undefined && { hostPort: Number(row.hostPort) }),
    ...(everywhere && { hostIp: "" }),
  };
}

/** Image, command, ports and limits of a new container; it is started at once. */
export function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const [images, setImages] = useState<readonly Image[]>([]);
  const [ports, setPorts] = useState<readonly PortRow[]>([NO_PORT]);
  const [everywhere, setEverywhere] = useState(false);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    api.images().then(setImages, (failure: unknown) => setError(failure instanceof Error ? failure.message : String(failure)));
  }, []);

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const text = (name: string): string => String(new FormData(form).get(name) ?? "").trim();
    setBusy(true);
    setError("");
    try {
      const command = splitWords(text("command"));
      await api.create({
        image: text("image"),
        ...(text("name") && { name: text("name") }),
        ...(command.length > 0 && { command }),
        ports: ports.filter((row) => row.containerPort !== "").map((row) => portOf(row, everywhere)),
        limits: limitsOf(text("memory"), text("cpus"), text("pids")),
        start: true,
      });
      onClose();
    } catch (failure) {
      if (!(failure instanceof RequestError || failure instanceof WordsError)) throw failure;
      setError(failure.message);
    } finally {
      setBusy(false);
    }
  };

  const change = (index: number, part: Partial<PortRow>): void => setPorts(ports.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Dialog title="New container" onClose={onClose}>
      <form
        class="stack"
        onInput={() => setError("")}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <label class="field">
          <span>Image</span>
          <input name="image" list="images" required autocomplete="off" spellcheck={false} placeholder="name:tag" />
        </label>
        <datalist id="images">
          {images.flatMap((image) => image.tags).map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
        <label class="field">
          <span>Name (optional)</span>
          <input name="name" autocomplete="off" spellcheck={false} pattern="[a-zA-Z0-9][a-zA-Z0-9_.\-]+" title="Two characters or more: letters, digits, _ . -" />
        </label>
        <label class="field">
          <span>Command (empty for the image's own)</span>
          <input name="command" class="mono" autocomplete="off" spellcheck={false} placeholder="sh -c 'echo hello'" />
        </label>
        <fieldset>
          <legend>Ports</legend>
          {ports.map((row, index) => (
            <div class="port-row" key={index}>
              <input aria-label="Host port" inputMode="numeric" placeholder="any" value={row.hostPort} onInput={(event) => change(index, { hostPort: event.currentTarget.value })} />
              <span aria-hidden="true">→</span>
              <input aria-label="Container port" inputMode="numeric" value={row.containerPort} onInput={(event) => change(index, { containerPort: event.currentTarget.value })} />
              <select aria-label="Protocol" value={row.protocol} onChange={(event) => change(index, { protocol: event.currentTarget.value === "udp" ? "udp" : "tcp" })}>
                <option value="tcp">tcp</option>
                <option value="udp">udp</option>
              </select>
            </div>
          ))}
          <button class="button quiet" type="button" onClick={() => setPorts([...ports, NO_PORT])}>
            Add a port
          </button>
          <label class="check">
            <input type="checkbox" checked={everywhere} onChange={(event) => setEverywhere(event.currentTarget.checked)} /> Reachable from other machines too (else from
            this host only)
          </label>
        </fieldset>
        <fieldset class="limits">
          <legend>Limits (empty for none)</legend>
          <label class="field">
            <span>Memory, MiB</span>
            <input name="memory" type="number" min="6" step="1" />
          </label>
          <label class="field">
            <span>CPUs</span>
            <input name="cpus" type="number" min="0.01" step="0.01" />
          </label>
          <label class="field">
            <span>Processes</span>
            <input name="pids" type="number" min="1" step="1" />
          </label>
        </fieldset>
        <FormEnd error={error} busy={busy} label={busy ? "Creating…" : "Create and start"} onClose={onClose} />
      </form>
    </Dialog>
  );
}
