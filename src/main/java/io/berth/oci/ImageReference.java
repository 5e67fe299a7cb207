package io.berth.oci;

import io.berth.error.InvalidArgumentException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A normalised name of an image: domain, path, and a tag, a digest, both or none. What Docker abbreviates is written out
 * inside ({@code docker.io/library/busybox}) and shortened again by {@link #familiar()}.
 *
 * <p>Source: the grammar of Docker's image references; OCI distribution-spec 1.1, "Pulling manifests".
 */
public record ImageReference(String domain, String path, @Nullable String tag, @Nullable Digest digest)
        implements Comparable<ImageReference> {

    public static final String DEFAULT_TAG = "latest";

    private static final String DEFAULT_DOMAIN = "docker.io";
    private static final String LEGACY_DEFAULT_DOMAIN = "index.docker.io";
    private static final String OFFICIAL = "library/";
    private static final int MAX_NAME_LENGTH = 255;

    private static final String HOST_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern DOMAIN =
            Pattern.compile("(?:" + HOST_PART + "(?:\\." + HOST_PART + ")*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");
    private static final String PATH_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+";
    private static final Pattern PATH = Pattern.compile(PATH_PART + "(?:/" + PATH_PART + ")*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");
    private static final Pattern WITH_TAG = Pattern.compile("(.+):([^:/]*)");

    public ImageReference {
        if (domain.length() + 1 + path.length() > MAX_NAME_LENGTH) {
            throw new InvalidArgumentException(
                    "invalid reference format: repository name must not be more than 255 characters");
        }
        if (!DOMAIN.matcher(domain).matches() || !PATH.matcher(path).matches()
                || tag != null && !TAG.matcher(tag).matches()) {
            throw invalid();
        }
    }

    /** Reads what a user typed: {@code busybox}, {@code busybox:1.36}, {@code host:5000/team/app@sha256:...}. */
    public static ImageReference parse(String text) {
        if (text.isEmpty() || text.length() > 1024) {
            throw invalid();
        }
        if (IDENTIFIER.matcher(text).matches()) {
            throw new InvalidArgumentException("invalid repository name (" + text
                    + "), cannot specify 64-byte hexadecimal strings");
        }
        String rest = text;
        Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = digestOf(rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        String tag = null;
        Matcher tagged = WITH_TAG.matcher(rest);
        if (tagged.matches()) {
            rest = tagged.group(1);
            tag = tagged.group(2);
        }
        return ofName(rest, tag, digest);
    }

    /** Reads a repository with no tag and no digest in it. */
    public static ImageReference parseRepository(String text) {
        ImageReference reference = parse(text);
        if (reference.tag != null || reference.digest != null) {
            throw invalid();
        }
        return reference;
    }

    private static ImageReference ofName(String name, @Nullable String tag, @Nullable Digest digest) {
        String domain = DEFAULT_DOMAIN;
        String path = name;
        int slash = name.indexOf('/');
        if (slash >= 0 && namesDomain(name.substring(0, slash))) {
            domain = name.substring(0, slash);
            path = name.substring(slash + 1);
        }
        if (domain.equals(LEGACY_DEFAULT_DOMAIN)) {
            domain = DEFAULT_DOMAIN;
        }
        if (domain.equals(DEFAULT_DOMAIN) && path.indexOf('/') < 0) {
            path = OFFICIAL + path;
        }
        if (!path.equals(path.toLowerCase(Locale.ROOT))) {
            throw new InvalidArgumentException("invalid reference format: repository name ("
                    + Texts.shown(path) + ") must be lowercase");
        }
        return new ImageReference(domain, path, tag, digest);
    }

    /** The first part names a registry when it has a dot, a port or capitals, or is localhost. */
    private static boolean namesDomain(String first) {
        return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static Digest digestOf(String text) {
        try {
            return Digest.parse(text);
        } catch (InvalidArgumentException e) {
            throw new InvalidArgumentException("invalid reference format", e);
        }
    }

    /** Domain and path: {@code docker.io/library/busybox}. */
    public String repository() {
        return domain + "/" + path;
    }

    /** The repository as people write it: {@code busybox}, {@code host:5000/team/app}. */
    public String familiarRepository() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return repository();
        }
        int slash = path.indexOf('/');
        if (path.startsWith(OFFICIAL) && path.indexOf('/', slash + 1) < 0) {
            return path.substring(OFFICIAL.length());
        }
        return namesDomain(path.substring(0, slash)) ? repository() : path;
    }

    /** As people write it: {@code busybox:latest}. */
    public String familiar() {
        return familiarRepository() + suffix();
    }

    /** Written out: {@code docker.io/library/busybox:latest}. */
    public String canonical() {
        return repository() + suffix();
    }

    /** This reference with a tag when it has neither tag nor digest. */
    public ImageReference withDefaultTag() {
        return tag == null && digest == null ? withTag(DEFAULT_TAG) : this;
    }

    /** The same repository with this tag and no digest. */
    public ImageReference withTag(String newTag) {
        return new ImageReference(domain, path, newTag, null);
    }

    /** The same repository with this digest and no tag. */
    public ImageReference withDigest(Digest newDigest) {
        return new ImageReference(domain, path, null, newDigest);
    }

    public boolean isRepository() {
        return tag == null && digest == null;
    }

    public boolean hasSameRepository(ImageReference other) {
        return domain.equals(other.domain) && path.equals(other.path);
    }

    @Override
    public int compareTo(ImageReference other) {
        return canonical().compareTo(other.canonical());
    }

    @Override
    public String toString() {
        return familiar();
    }

    private String suffix() {
        return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    private static InvalidArgumentException invalid() {
        return new InvalidArgumentException("invalid reference format");
    }
}
