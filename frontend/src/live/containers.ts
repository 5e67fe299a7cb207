import { computed, signal } from "@preact/signals";
import { api } from "../api/http";
import type { ContainersMessage } from "../api/types";
import type { ContainersState } from "./containerState";
import { applyMessage } from "./listState";
import { openSocket, socketAddress, type LiveSocket } from "./socket";

export type Connection = "connecting" | "live" | "reconnecting";

const state = signal<ContainersState | null>(null);
const NONE: ContainersState["byId"] = new Map();

/** How the event stream stands. */
export const connection = signal<Connection>("connecting");
/** All containers by id; the same object for a container as long as it does not change. */
export const containers = computed(() => state.value?.byId ?? NONE);
/** Whether the first snapshot has come. */
export const loaded = computed(() => state.value !== null);

let socket: LiveSocket | null = null;

/** Opens the event stream; it stays open as long as the page. */
export function followContainers(): void {
  socket ??= openSocket(() => socketAddress("/ws/v1/containers"), {
    message: (message) => {
      // A cast, because the wire contract is agreed with the server and not checked again here.
      const next = applyMessage(state.value, message as ContainersMessage);
      if (next === "gap") {
        connection.value = "reconnecting";
        socket?.renew();
        return;
      }
      state.value = next;
      connection.value = "live";
    },
    lost: (opened) => {
      connection.value = "reconnecting";
      // A browser does not say why a connection was refused. When the session has ended, this leads to the login.
      if (!opened) void api.images().catch(() => undefined);
    },
  });
}
