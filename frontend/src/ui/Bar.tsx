/** How much of a whole, drawn; the text beside it says the same. */
export function Bar({ share, mark, warn = false }: { readonly share: number | null; readonly mark?: number | null; readonly warn?: boolean }) {
  const percent = (part: number): string => `${(Math.max(0, Math.min(part, 1)) * 100).toFixed(2)}%`;
  return (
    <svg class={`bar ${share === null ? "bar-endless" : ""} ${warn ? "bar-warn" : ""}`} aria-hidden="true" focusable="false">
      {share !== null && <rect class="bar-fill" width={percent(share)} height="100%" />}
      {mark !== null && mark !== undefined && <rect class="bar-mark" x={percent(mark)} width="2" height="100%" transform="translate(-1 0)" />}
    </svg>
  );
}
