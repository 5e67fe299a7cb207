import iconUrl from "../icon.svg";
import { page } from "../api/page";
import { connection } from "../live/containers";
import { leavePage } from "../live/socket";
import { Navigation } from "./Navigation";
import { listAddress } from "./addresses";
import { ThemeSwitch } from "./ThemeSwitch";

const WORDS = { connecting: "Connecting", live: "Live", reconnecting: "Reconnecting" } as const;

/** Brand, state of the connection, theme and log-out. */
export function TopBar() {
  return (
    <header class="topbar">
      <a class="brand" href={listAddress()}>
        <img src={iconUrl} alt="" width="24" height="24" />
        <span>Berth</span>
      </a>
      <Navigation />
      <span class={`connection connection-${connection.value}`} role="status">
        <span class="dot" aria-hidden="true" />
        {WORDS[connection.value]}
      </span>
      <span class="spring" />
      <ThemeSwitch />
      <form method="post" action="/logout" class="logout" onSubmit={leavePage}>
        <input type="hidden" name={page.csrfParameter} value={page.csrfToken} />
        <span class="user">{page.user}</span>
        <button class="button quiet" type="submit">
          Log out
        </button>
      </form>
    </header>
  );
}
