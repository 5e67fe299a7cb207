import { logsApi, type LogMessage } from "../../api/logs";
import { openSocket, socketAddress } from "../../live/socket";
import type { Backend } from "./source";

/** Lines that may wait for this page before the server leaves some out, and says so. */
const MOST = "5000";

export const backend: Backend = {
  page: logsApi.page,
  starts: logsApi.starts,
  follow: (ref, after, parameters, events) =>
    openSocket(
      () => {
        const query = new URLSearchParams(parameters);
        query.set("after", after());
        query.set("most", MOST);
        return socketAddress(`/ws/v1/containers/${encodeURIComponent(ref)}/logs`, query);
      },
      {
        // A cast, because the wire contract is agreed with the server and not checked again here.
        message: (message) => events.message(message as LogMessage),
        open: () => events.open(),
        lost: () => events.lost(),
      },
    ),
};
