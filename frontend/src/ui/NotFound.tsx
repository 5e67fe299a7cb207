import { listAddress } from "./addresses";

/** For addresses that lead nowhere. */
export function NotFound() {
  return (
    <section class="empty">
      <h1>There is nothing here</h1>
      <p>
        Go back to the <a href={listAddress()}>list of containers</a>.
      </p>
    </section>
  );
}
