import type { PortBinding } from "../api/types";
import { distinctPorts, portLink } from "./format";

/** Published ports; those that a browser can use from here are links. */
export function Ports({ ports }: { readonly ports: readonly PortBinding[] }) {
  return (
    <ul class="ports">
      {distinctPorts(ports).map((port) => {
        const link = portLink(port, location.hostname);
        return (
          <li key={link.title} title={link.title}>
            {link.href ? (
              <a href={link.href} target="_blank" rel="noreferrer">
                {link.text}
              </a>
            ) : (
              link.text
            )}
          </li>
        );
      })}
    </ul>
  );
}
