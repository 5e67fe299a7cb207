package io.berth.web;

import io.berth.http.ContentPolicy;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The pages that the server renders: login, which works without scripts, and the frame in which the dashboard runs. */
@Controller
class Pages {

    private static final String THEME_COOKIE = "berth-theme";
    private static final Set<String> THEMES = Set.of("light", "dark", "contrast");

    private final AssetManifest manifest;

    Pages(AssetManifest manifest) {
        this.manifest = manifest;
    }

    @GetMapping("/login")
    String login(@RequestParam(required = false) @Nullable String wrong, @RequestParam(required = false) @Nullable Long wait,
            @RequestParam(required = false) @Nullable String stale, @RequestParam(required = false) @Nullable String out,
            @CookieValue(name = THEME_COOKIE, required = false) @Nullable String theme, @Nullable Principal user, Model model) {
        if (user != null) {
            return "redirect:/ui/containers";
        }
        frame(model, theme);
        model.addAttribute("wrong", wrong != null);
        model.addAttribute("wait", wait);
        model.addAttribute("stale", stale != null);
        model.addAttribute("out", out != null);
        return "login";
    }

    @GetMapping("/")
    String start() {
        return "redirect:/ui/containers";
    }

    /** The frame is the same for all sections; the script shows the one that the address names, or says that there is none. */
    @GetMapping(PageRoutes.SECTIONS)
    String shell(@CookieValue(name = THEME_COOKIE, required = false) @Nullable String theme, Principal user, CsrfToken token,
            HttpServletRequest request, Model model) {
        frame(model, theme);
        model.addAttribute("user", user.getName());
        model.addAttribute("csrf", token.getToken());
        model.addAttribute("csrfHeader", token.getHeaderName());
        model.addAttribute("csrfParameter", token.getParameterName());
        model.addAttribute("styleNonce", ContentPolicy.nonceOf(request));
        return "shell";
    }

    private void frame(Model model, @Nullable String theme) {
        model.addAttribute("assets", manifest.assets());
        model.addAttribute("theme", theme != null && THEMES.contains(theme) ? theme : "system");
    }
}
