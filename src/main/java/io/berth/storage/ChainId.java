package io.berth.storage;

import io.berth.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Names a stack of layers by content: equal stacks have equal names in whatever image they are.
 *
 * <p>Source: OCI image-spec 1.1, config.md, "Layer ChainID".
 */
public record ChainId(Digest digest) implements Comparable<ChainId> {

    public static ChainId parse(String text) {
        return new ChainId(Digest.parse(text));
    }

    /** The stack of one layer. */
    public static ChainId ofBase(Digest diffId) {
        return new ChainId(diffId);
    }

    /** This stack with one more layer on top. */
    public ChainId plus(Digest diffId) {
        return new ChainId(Digest.of((digest + " " + diffId).getBytes(StandardCharsets.US_ASCII)));
    }

    /** The names of all stacks up to the whole, base first: one for each layer. */
    public static List<ChainId> ofLayers(List<Digest> diffIdsBaseFirst) {
        var chain = new ArrayList<ChainId>(diffIdsBaseFirst.size());
        for (Digest diffId : diffIdsBaseFirst) {
            chain.add(chain.isEmpty() ? ofBase(diffId) : chain.getLast().plus(diffId));
        }
        return List.copyOf(chain);
    }

    @Override
    public int compareTo(ChainId other) {
        return digest.compareTo(other.digest);
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
