/** What the server wrote into the head of the page. */
function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

export const page = {
  user: meta("berth-user"),
  csrfToken: meta("csrf"),
  csrfHeader: meta("csrf-header") || "X-CSRF-TOKEN",
  csrfParameter: meta("csrf-parameter") || "_csrf",
  styleNonce: meta("berth-style-nonce"),
} as const;
