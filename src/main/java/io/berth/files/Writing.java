package io.berth.files;

import org.jspecify.annotations.Nullable;

/**
 * How a file is to be written.
 *
 * @param owner where nothing is said: as the file that it replaces, else root's with 0644
 * @param version that the file has to have still, so that nobody's work in between is lost; null for any
 * @param fresh there may be no such file yet
 */
public record Writing(Ownership owner, @Nullable String version, boolean fresh) {

    /** Whatever is there is replaced. */
    public static Writing over(Ownership owner) {
        return new Writing(owner, null, false);
    }
}
