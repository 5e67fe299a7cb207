package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import java.util.Locale;
import java.util.Objects;
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

    /** Whether something made for {@code offered} runs where this platform is asked for: that of a lower variant does, too. */
    public boolean accepts(Platform offered) {
        return distance(offered) >= 0;
    }

    /** How far from this platform something is that runs there: 0 is made for it, more for lower variants; negative: it does not run there. */
    public int distance(Platform offered) {
        if (!os.equals(offered.os) || !goArch(architecture).equals(goArch(offered.architecture))) {
            return -1;
        }
        int asked = level();
        int given = offered.level();
        if (asked < 0 || given < 0) {
            return Objects.equals(variant, offered.variant) ? 0 : -1;
        }
        return asked - given;
    }

    /** The number of the variant, or of the one that is meant where none is named; negative when it has none. */
    private int level() {
        if (variant != null) {
            return variant.matches("v?[0-9]{1,3}") ? Integer.parseInt(variant.replace("v", "")) : -1;
        }
        return switch (goArch(architecture)) {
            case "amd64" -> 1;
            case "arm" -> 7;
            case "arm64" -> 8;
            default -> -1;
        };
    }

    /** {@code os/arch[/variant]}. */
    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
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
