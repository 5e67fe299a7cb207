const THEMES = { system: "System", light: "Light", dark: "Dark", contrast: "High contrast" } as const;
const A_YEAR = 365 * 24 * 3600;

function choose(theme: string): void {
  document.documentElement.dataset["theme"] = theme;
  document.cookie = `berth-theme=${theme}; path=/; max-age=${A_YEAR}; samesite=strict`;
}

/** The colours of the dashboard; remembered by this browser. */
export function ThemeSwitch() {
  return (
    <label class="theme">
      <span class="hidden">Colours</span>
      <select onChange={(event) => choose(event.currentTarget.value)} value={document.documentElement.dataset["theme"] ?? "system"}>
        {Object.entries(THEMES).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
