import { listAddress, logsAddress } from "../../ui/addresses";

/** For a container that was removed while its page was open. */
export function Gone({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <section class="empty" role="status">
      <h2>The container {name} is gone</h2>
      <p>
        It was removed while this page was open. Go back to the <a href={listAddress()}>list of containers</a>, or read <a href={logsAddress([id])}>what it has printed</a>, while
        that is kept.
      </p>
    </section>
  );
}
