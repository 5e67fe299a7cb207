import { useLocation } from "preact-iso";
import { operations } from "../live/operations";
import { IMAGES_ROUTE, LIST_ROUTE, LOGS_ROUTE, REGISTRIES_ROUTE } from "./addresses";

const SECTIONS = [
  { address: LIST_ROUTE, name: "Containers" },
  { address: IMAGES_ROUTE, name: "Images" },
  { address: LOGS_ROUTE, name: "Logs" },
  { address: REGISTRIES_ROUTE, name: "Registries" },
] as const;

/** The sections. Transfers that run are told beside the images, where they are shown. */
export function Navigation() {
  const { path } = useLocation();
  const running = [...operations.value.values()].filter((one) => one.state === "running").length;
  return (
    <nav aria-label="Sections" class="sections">
      {SECTIONS.map(({ address, name }) => (
        <a key={address} href={address} aria-current={path === address || path.startsWith(`${address}/`) ? "page" : undefined}>
          {name}
          {address === IMAGES_ROUTE && running > 0 && (
            <span class="badge" title={`${running} running`}>
              {running}
              <span class="hidden"> running</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}
