import { listAddress } from "../../ui/addresses";

/** For a container that was removed while its page was open. */
export function Gone({ name }: { readonly name: string }) {
  return (
    <section class="empty" role="status">
      <h2>The container {name} is gone</h2>
      <p>
        It was removed while this page was open. Go back to the <a href={listAddress()}>list of containers</a>.
      </p>
    </section>
  );
}
