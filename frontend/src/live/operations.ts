import { computed, signal } from "@preact/signals";
import type { Operation, OperationsMessage } from "../api/types";
import { applyMessage, type ListState } from "./listState";
import { openSocket, socketAddress, type LiveSocket } from "./socket";

const state = signal<ListState<Operation> | null>(null);
const NONE: ReadonlyMap<string, Operation> = new Map();

/** Pulls, loads and other long work, by id: what runs and what has ended lately. */
export const operations = computed(() => state.value?.byId ?? NONE);

let socket: LiveSocket | null = null;

/** Opens the stream of operations; it stays open as long as the page. */
export function followOperations(): void {
  socket ??= openSocket(() => socketAddress("/ws/v1/operations"), {
    message: (message) => {
      // A cast, because the wire contract is agreed with the server and not checked again here.
      const next = applyMessage(state.value, message as OperationsMessage);
      if (next === "gap") socket?.renew();
      else state.value = next;
    },
  });
}
