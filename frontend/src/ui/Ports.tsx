import type { PortBinding } from "../api/types";
import { distinctPorts, portLink } from "./format";

/** Published ports; those that a browser can use from here are links. */
export function Ports({ ports, tabIndex = 0 }: { readonly ports: readonly PortBinding[]; readonly tabIndex?: number }) {
  return (
    <ul class="ports">
      {distinctPorts(ports).map((port) => {
        const link = portLink(port, location.hostname);
        return (
          <li key={link.title} title={link.title}>
            {link.href ? (
              <a href={link.href} tabIndex={tabIndex} target="_blank" rel="noreferrer">
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
