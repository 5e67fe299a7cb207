package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest runs on. Names are GOOS and GOARCH values; the spellings of {@code uname} are translated.
 *
 * <p>Source: OCI image-spec 1.1, image-index.md, "platform".
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Platform(
        @JsonProperty("os") String os,
        @JsonProperty("architecture") String architecture,
        @JsonProperty("variant") @Nullable String variant) {

    public Platform {
        if (variant != null && variant.isEmpty()) {
            variant = null;
        }
    }

    @JsonCreator
    static Platform of(@JsonProperty("os") @Nullable String os, @JsonProperty("architecture") @Nullable String architecture,
            @JsonProperty("variant") @Nullable String variant) {
        return new Platform(os == null ? "" : os, architecture == null ? "" : architecture, variant);
    }

    /** The platform of this machine. */
    public static Platform host() {
        return new Platform("linux", goArch(System.getProperty("os.arch")), null);
    }

    /** Reads {@code os[/arch[/variant]]}; a part that is left out is the host's. */
    public static Platform parse(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        for (String part : parts) {
            if (!part.matches("[a-z0-9_.-]+")) {
                throw new InvalidArgumentException(
                        "\"" + Texts.shown(part) + "\" is an invalid component of \"" + Texts.shown(text)
                                + "\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument");
            }
        }
        if (parts.length > 3) {
            throw new InvalidArgumentException("cannot parse platform specifier \"" + Texts.shown(text) + "\"");
        }
        String arch = parts.length > 1 ? goArch(parts[1]) : host().architecture();
        return new Platform(parts[0], arch, parts.length > 2 ? parts[2] : null);
    }

    /** Whether something made for {@code offered} runs where this platform is asked for; no variant asked accepts any. */
    public boolean accepts(Platform offered) {
        return os.equals(offered.os)
                && goArch(architecture).equals(goArch(offered.architecture))
                && (variant == null || variant.equals(offered.variant) || isBaseline(offered));
    }

    /** {@code os/arch[/variant]}. */
    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }

    private static boolean isBaseline(Platform offered) {
        return offered.variant == null && goArch(offered.architecture).equals("amd64");
    }

    private static String goArch(String name) {
        return switch (name) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case "i386", "i686" -> "386";
            default -> name;
        };
    }
}
